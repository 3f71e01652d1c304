// read-pages DUMP [THREADS]: reads every page that the dump holds, in so many threads, of which each opens the dump.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { isVmcorekitError, type PhysicalMemory } from '@vmcorekit/core';
import { openDump } from 'vmcorekit';
import { told } from './stopwatch.ts';

const [path = '', threadCount = '1'] = isMainThread ? process.argv.slice(2) : (workerData as string[]);
/** Stretches are dealt out one by one: how much is stored of each differs. */
const stretchInBytes = 8 << 20;

const dump = await openDump(path);
const { memory } = dump.image;
if (isMainThread) {
  const others = await Promise.all(Array.from({ length: Number(threadCount) - 1 }, startThread));
  await told(async () => {
    const stretches = stretchesOf(memory);
    let count = 0;
    const othersDone = others.map(async (thread) => {
      for (let stretch = stretches.next(); stretch.done !== true; stretch = stretches.next()) {
        const read = await thread.ask(stretch.value);
        count += read;
      }
    });
    for (let stretch = stretches.next(); stretch.done !== true; stretch = stretches.next()) {
      count += readPages(memory, ...stretch.value);
      if (others.length > 0) {
        // Lets the others' answers in.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await Promise.all(othersDone);
    return { count, bytes: count * memory.pageSizeInBytes };
  });
  for (const thread of others) {
    thread.end();
  }
  dump[Symbol.dispose]();
} else {
  const port = parentPort;
  port?.on('message', ([start, end]: [number, number]) => port.postMessage(readPages(memory, start, end)));
  port?.postMessage('ready');
}

/** Copies every page that can be read, as libkdumpfile does. */
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

async function startThread(): Promise<{ ask(stretch: [number, number]): Promise<number>; end(): void }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: [path] });
  const answer = (): Promise<number> => new Promise((resolve) => worker.once('message', resolve));
  await answer();
  return {
    ask(stretch) {
      const answered = answer();
      worker.postMessage(stretch, []);
      return answered;
    },
    end: () => void worker.terminate(),
  };
}
