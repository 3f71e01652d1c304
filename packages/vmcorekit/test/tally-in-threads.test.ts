import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, gzipSync } from 'node:zlib';
import { mergeTallies, type PageTally, tallyPages } from '@vmcorekit/engine';
import { runInThreads } from '@vmcorekit/node';
import { buildKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { tallyInThreads } from '../dist/library/verifying/tally-in-threads.js';
import { writeTemporaryFile } from './support/temporary-file.ts';

const pageSizeInBytes = 4096;
const pageCount = 9000;
/** Out of the bundle, a thread starts in a sixth of the time. */
const bundled = new URL('../dist/bundle/tally-worker.js', import.meta.url);

/** A dump of several stretches with every state of a page in it, and damage all over. */
function damagedDump(): string {
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
  for (let at = Math.floor(bytes.length / 3); at < bytes.length; at += 5000) {
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
  const path = damagedDump();
  const driving = { signal: new AbortController().signal, onProgress: () => {} };

  it('give the tally of one thread, damage and its first places included', async () => {
    using alone = await open(path);
    const expected = inOneThread(tallyPages(alone.image.memory, alone.image.memory.ranges, 'data'));
    expect(expected.pages.corrupt).to.be.greaterThan(10);
    for (const [threadCount, workerUrl] of [
      [2, undefined],
      [3, bundled],
    ] as const) {
      using dump = await open(path);
      let fraction: number | null = 0;
      const onProgress = (progress: { readonly fraction: number | null }): void => {
        fraction = progress.fraction;
      };
      const watching = { ...driving, onProgress };
      const tallied = await tallyInThreads(dump, threadCount, watching, 0, workerUrl);
      expect(tallied?.tally).to.deep.equal(mergeTallies([expected]));
      expect(tallied?.pagesRead).to.equal(alone.image.memory.pagesRead);
      expect(fraction).to.equal(1);
    }
  });

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
