import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, gzipSync } from 'node:zlib';
import { mergeTallies, type PageTally, tallyPages } from '@vmcorekit/engine';
import { runInThreads } from '@vmcorekit/node';
import { buildKdump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { stretchesOf, tallyInThreads } from '../dist/library/verifying/tally-in-threads.js';
import { writeTemporaryFile } from './support/temporary-file.ts';

const pageSizeInBytes = 4096;
/** Out of the bundle, a thread starts in a sixth of the time. */
const bundled = new URL('../dist/bundle/tally-worker.js', import.meta.url);

/** A dump of several stretches with every state of a page in it, and damage all over. */
function damagedDump(pageCount: number): string {
  const { bytes } = buildKdump({
    compression: { flag: 1, encode: (page) => deflateSync(page) },
    pages: Array.from({ length: pageCount }, (_, pfn) =>
      pfn % 4 === 3
        ? { pfn }
        : { pfn, bytes: new Uint8Array(pageSizeInBytes).fill(pfn % 251, 0, 1 + (pfn % 4000)) },
    ),
    fields: { machine: 'x86_64', dump_level: 31 },
  });
  const damaged = bytes.slice();
  for (let at = Math.floor(bytes.length / 3); at < bytes.length; at += 2000) {
    damaged[at] = (damaged[at] ?? 0) ^ 0x55;
  }
  return writeTemporaryFile('damaged', damaged);
}

function inOneThread(work: Generator<unknown, PageTally, void>): PageTally {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

describe('pages tallied in threads', () => {
  it('of petabytes without bytes in the file are one task, not one for each 8 MiB', () => {
    const memory = new SparseMemory({
      ranges: [{ start: 0x1000, end: 2 ** 52 }],
    });
    const tasks = stretchesOf(
      Object.assign(memory, {
        bytelessUntil: (address: number) => (address >= 0x900000 ? 2 ** 52 - 0x1000 : undefined),
      }),
    );
    expect([...tasks]).to.deep.equal([
      { start: 0x1000, end: 0x800000 },
      { start: 0x800000, end: 0x1000000 },
      { start: 0x1000000, end: 2 ** 52 },
    ]);
  });

  // Two stretches that threads take, and a part of a third.
  const path = damagedDump(4500);
  const driving = { signal: new AbortController().signal, onProgress: () => {} };

  for (const [from, file, threadCount, workerUrl] of [
    ['the bundle', path, 3, bundled],
    // One stretch, so that only one thread starts: it takes most of a second.
    ['the modules, if no other is named', damagedDump(1000), 2, undefined],
  ] as const) {
    it(`give the tally of one thread, damage and its first places included, from ${from}`, async () => {
      using alone = await open(file);
      const { memory } = alone.image;
      const expected = inOneThread(tallyPages(memory, memory.ranges, 'data'));
      expect(expected.pages.corrupt).to.be.greaterThan(10);
      using dump = await open(file);
      let fraction: number | null = 0;
      const onProgress = (progress: { readonly fraction: number | null }): void => {
        fraction = progress.fraction;
      };
      const watching = { ...driving, onProgress };
      const tallied = await tallyInThreads(dump, threadCount, watching, 0, workerUrl);
      expect(tallied?.tally).to.deep.equal(mergeTallies([expected]));
      expect(tallied?.pagesRead).to.equal(memory.pagesRead);
      expect(fraction).to.equal(1);
    });
  }

  it('are left to the caller where that is as fast', async () => {
    using dump = await open(path);
    expect(await tallyInThreads(dump, 2, driving)).to.equal(null);
    expect(await tallyInThreads(dump, 1, driving, 0)).to.equal(null);
  });

  it('are left to the caller where each would have to unpack the file once more', async () => {
    const file = `${path}.gz`;
    writeFileSync(file, gzipSync(readFileSync(path)));
    using dump = await open(file);
    expect(await tallyInThreads(dump, 2, driving, 0)).to.equal(null);
  });

  it('are left to the caller where a thread fails', async () => {
    using dump = await open(path);
    const files = [path.replace(/[^/]*$/, '')];
    const moved = { image: dump.image, containers: dump.containers, files };
    expect(await tallyInThreads(moved, 2, driving, 0, bundled)).to.equal(null);
  });

  it('are given up at once when the signal says so', async () => {
    using dump = await open(path);
    const interruption = new AbortController();
    const watching = { ...driving, signal: interruption.signal };
    const counting = tallyInThreads(dump, 2, watching, 0, bundled);
    interruption.abort(new Error('enough'));
    let caught: unknown;
    await counting.catch((error: unknown) => {
      caught = error;
    });
    expect(caught).to.have.property('message', 'enough');
  });
});

describe('tasks in threads', () => {
  it('end with an error where a module is not there', async () => {
    const work = runInThreads({
      workerUrl: new URL('file:///no-such-module.js'),
      workerData: null,
      threadCount: 2,
      tasks: [1, 2, 3],
    });
    let caught: unknown;
    await work.catch((error: unknown) => {
      caught = error;
    });
    expect(caught).to.be.instanceOf(Error);
  });
});
