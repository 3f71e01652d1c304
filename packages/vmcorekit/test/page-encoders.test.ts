import { createHash } from 'node:crypto';
import { setEnvironmentData } from 'node:worker_threads';
import { lzoVmcorekit, snappyWasm, zlibNode, zstdHpcc } from '@vmcorekit/compressors';
import {
  type Compressor,
  InlinePageEncoder,
  isVmcorekitError,
  type PageEncoder,
} from '@vmcorekit/core';
import { ThreadedPageEncoder } from '@vmcorekit/node';
import { expect } from 'chai';

const pageSizeInBytes = 1024;
/** Threads come up after 2048 pages. */
const pageCount = 2600;
const encodeWorker = new URL('../dist/library/writing/encode-worker.js', import.meta.url);
/** Out of the bundle, a thread starts in a sixth of the time. */
const bundled = new URL('../dist/bundle/encode-worker.js', import.meta.url);
const faultyWorker = new URL('./faulty-encode-worker.js', import.meta.url);

/** Pages that shrink, and one in seven that does not. */
const pages: readonly Uint8Array[] = Array.from({ length: pageCount }, (_, index) => {
  let state = index + 1;
  const page = new Uint8Array(pageSizeInBytes).fill(index & 0xff);
  for (let at = 0; at < pageSizeInBytes; at += index % 7 === 0 ? 1 : 9) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    page[at] = state >>> 24;
  }
  return page;
});

/** Every page as it is stored, in order. */
function stored(encoder: PageEncoder): string[] {
  const all: string[] = [];
  let underWay = 0;
  const finish = (count: number): void => {
    const batch = encoder.finish();
    for (let index = 0; index < count; index++) {
      const hash = createHash('md5').update(batch.bytes(index)).digest('hex');
      all.push(`${batch.isEncoded(index)} ${batch.bytes(index).length} ${hash}`);
    }
  };
  for (const [index, page] of pages.entries()) {
    encoder.add(page);
    if ((index + 1) % encoder.pagesPerBatch === 0) {
      encoder.start();
      underWay++;
      if (underWay >= encoder.batchesAtOnce) {
        underWay--;
        finish(encoder.pagesPerBatch);
      }
    }
  }
  encoder.start();
  while (all.length < pageCount) {
    finish(Math.min(encoder.pagesPerBatch, pageCount - all.length));
  }
  return all;
}

/** What one thread makes of the pages, once for each codec. */
const expected = new Map<Compressor, string[]>();

async function storedByOne(codec: Compressor): Promise<string[]> {
  await codec.prepare?.();
  const known = expected.get(codec) ?? stored(new InlinePageEncoder(codec, pageSizeInBytes));
  expected.set(codec, known);
  return known;
}

/** The memory that the encoder made last shares with its threads. */
let shared: SharedArrayBuffer | undefined;
const OwnBuffer = globalThis.SharedArrayBuffer;

/**
 * Waits, as long as it takes, until a thread works too: the caller has taken one batch. The second
 * part of what they share is the states of batches: 0 idle, 1 handed out, then taken, done or
 * failed (shared-batches.ts).
 */
function untilThreadWorks(): void {
  const states = new Int32Array(shared ?? new OwnBuffer(64), 4, 8);
  const clock = new Int32Array(new OwnBuffer(4));
  for (let waits = 0; states.filter((state) => state > 1).length < 2; waits++) {
    expect(waits, 'no thread came up within ten minutes').to.be.below(120_000);
    Atomics.wait(clock, 0, 0, 5);
  }
}

/**
 * Slow enough that threads are worth it; where they come up, it waits for them before it goes on.
 */
function slow(
  name: string,
  encode: Compressor['encode'] = (_, output) => (output.fill(7, 0, 10).length === 0 ? -1 : 10),
  beforeThreads: () => void = () => {},
) {
  const codec = {
    name,
    method: 'test',
    calls: 0,
    isAvailable: () => true,
    decode: () => 0,
    encode: (input: Uint8Array, output: Uint8Array) => {
      codec.calls++;
      if (codec.calls === 2049) {
        beforeThreads();
      }
      const end = performance.now() + (codec.calls < 2048 ? 0.02 : 0);
      while (performance.now() < end) {
        // Busy, as a codec is.
      }
      return encode?.(input, output) ?? -1;
    },
  };
  return codec;
}

describe('pages encoded in threads', () => {
  before(() => {
    globalThis.SharedArrayBuffer = new Proxy(OwnBuffer, {
      construct(target, [sizeInBytes]: [number]) {
        shared = new target(sizeInBytes);
        return shared;
      },
    });
  });
  after(() => {
    globalThis.SharedArrayBuffer = OwnBuffer;
  });
  for (const [original, from, worker] of [
    [zlibNode, 'the modules', encodeWorker],
    [zlibNode, 'the bundle', bundled],
    [lzoVmcorekit, 'the bundle', bundled],
    [snappyWasm, 'the bundle', bundled],
    [zstdHpcc, 'the bundle', bundled],
  ] as const) {
    it(`come partly out of threads from ${from}, as in one thread: ${original.name}`, async () => {
      const alone = await storedByOne(original);
      const codec = slow(original.name, original.encode?.bind(original), untilThreadWorks);
      using threaded = new ThreadedPageEncoder(worker, 2, codec, pageSizeInBytes);
      expect(stored(threaded)).to.deep.equal(alone);
      expect(codec.calls).to.be.below(pageCount);
    });
  }

  it('are encoded by the caller where no thread comes up', () => {
    const codec = slow('absent');
    using threaded = new ThreadedPageEncoder(
      new URL('file:///no-such-worker.js'),
      2,
      codec,
      pageSizeInBytes,
    );
    expect(stored(threaded).length).to.equal(pageCount);
    expect(codec.calls).to.equal(pageCount);
  });

  it('are encoded by the caller where a thread’s codec fails', () => {
    const codec = slow('fails', undefined, untilThreadWorks);
    using threaded = new ThreadedPageEncoder(faultyWorker, 2, codec, pageSizeInBytes);
    expect(new Set(stored(threaded)).size).to.equal(1);
    expect(codec.calls).to.equal(pageCount);
  });

  it('are given up, and never half taken, where a thread ends in the middle of a batch', () => {
    const hasTaken = new Int32Array(new SharedArrayBuffer(4));
    setEnvironmentData('has taken a batch', hasTaken);
    const codec = slow('ends', () => {
      // The thread is given all the time it needs to take one, however slow the machine.
      if (codec.calls > 2048) {
        Atomics.wait(hasTaken, 0, 0, 600_000);
      }
      return -1;
    });
    using threaded = new ThreadedPageEncoder(faultyWorker, 1, codec, pageSizeInBytes, 300);
    let caught: unknown;
    try {
      stored(threaded);
    } catch (error) {
      caught = error;
    }
    expect(isVmcorekitError(caught, 'timed-out')).to.equal(true);
  });
});
