// read-pages DUMP [THREADS]: reads every page that the dump holds, in so many threads. Each thread
// opens the dump.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { isVmcorekitError, type PhysicalMemory } from '@vmcorekit/core';
import { open } from 'vmcorekit';
import { timed } from './stopwatch.ts';

/** What the threads share: the number of the next stretch to read. */
interface Share {
  readonly path: string;
  readonly next: Int32Array;
}

const { path, next } = isMainThread
  ? { path: process.argv[2] ?? '', next: sharedCounter() }
  : (workerData as Share);
/** Stretches hold different amounts, so each thread takes the next one when it has finished one. */
const stretchInBytes = 8 << 20;

const dump = await open(path);
const { memory } = dump.image;
const stretches = [...stretchesOf(memory)];
const port = parentPort;
if (isMainThread || port === null) {
  const others = await Promise.all(
    Array.from({ length: Number(process.argv[3] ?? '1') - 1 }, startThread),
  );
  await timed(async () => {
    const answers = others.map((thread) => thread.ask());
    let count = readStretches();
    for (const answer of answers) {
      count += await answer;
    }
    return { count, bytes: count * memory.pageSizeInBytes };
  });
  for (const thread of others) {
    thread.end();
  }
  dump[Symbol.dispose]();
} else {
  port.on('message', () => port.postMessage(readStretches()));
  port.postMessage('ready');
}

function sharedCounter(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Reads stretches until none is left. */
function readStretches(): number {
  let count = 0;
  for (
    let index = Atomics.add(next, 0, 1);
    index < stretches.length;
    index = Atomics.add(next, 0, 1)
  ) {
    const [start, end] = stretches[index] ?? [0, 0];
    count += readPages(memory, start, end);
  }
  return count;
}

/** Copies every readable page, as libkdumpfile does. */
function readPages(from: PhysicalMemory, start: number, end: number): number {
  const { pageSizeInBytes } = from;
  const page = new Uint8Array(pageSizeInBytes);
  let count = 0;
  for (let address = start; address < end; address += pageSizeInBytes) {
    try {
      from.readInto(address, page);
      count++;
    } catch (error) {
      if (!isVmcorekitError(error, 'page-unreadable')) {
        throw error;
      }
    }
  }
  return count;
}

function* stretchesOf(from: PhysicalMemory): Generator<[number, number], undefined, void> {
  for (const { start, end } of from.ranges) {
    for (let at = start; at < end; at += stretchInBytes) {
      yield [at, Math.min(end, at + stretchInBytes)];
    }
  }
}

async function startThread(): Promise<{ ask(): Promise<number>; end(): void }> {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { path, next } satisfies Share,
  });
  const answer = (): Promise<number> => new Promise((resolve) => worker.once('message', resolve));
  await answer();
  return {
    ask() {
      const answered = answer();
      worker.postMessage('read', []);
      return answered;
    },
    end: () => void worker.terminate(),
  };
}
