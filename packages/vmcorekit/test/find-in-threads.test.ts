import { deflateSync } from 'node:zlib';
import { bytesPattern } from '@vmcorekit/engine';
import { buildKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { findInThreads } from '../dist/library/finding/find-in-threads.js';
import { writeTemporaryFile } from './support/temporary-file.ts';

const pageSizeInBytes = 4096;
const pageCount = 9000;
/** Out of the bundle, a thread starts in a sixth of the time. */
const bundled = new URL('../dist/bundle/find-worker.js', import.meta.url);
const pattern = bytesPattern(Buffer.from('needle'));

/** A dump of several stretches, with needles in and across pages, some of which are damaged. */
function dumpOfNeedles(): string {
  const { bytes } = buildKdump({
    compression: { flag: 1, encode: (page) => deflateSync(page) },
    pages: Array.from({ length: pageCount }, (_, pfn) => {
      const page = new Uint8Array(pageSizeInBytes);
      page.set(Buffer.from('dle'));
      page.set(Buffer.from('needle'), 100 + (pfn % 2000));
      page.set(Buffer.from('nee'), pageSizeInBytes - 3);
      const isExcluded = pfn % 5 === 3 || (pfn > 4090 && pfn < 4100);
      return isExcluded ? { pfn } : { pfn, bytes: page };
    }),
    fields: { machine: 'x86_64', dump_level: 31 },
  });
  const damaged = bytes.slice();
  for (let at = Math.floor(bytes.length / 3); at < bytes.length; at += 50_000) {
    damaged[at] = (damaged[at] ?? 0) ^ 0x55;
  }
  return writeTemporaryFile('needles', damaged);
}

describe('memory searched in threads', () => {
  const path = dumpOfNeedles();
  const driving = { signal: new AbortController().signal };

  for (const [title, threadCount, request, workerUrl] of [
    ['gives what one thread finds', 3, { pattern, limit: 100_000 }, bundled],
    ['ends at the limit', 2, { pattern, limit: 5000 }, bundled],
    [
      'keeps to its bounds',
      2,
      { pattern, limit: 100_000, from: 5_000_003n, to: 30_000_001n },
      bundled,
    ],
  ] as const) {
    it(title, async () => {
      using alone = await open(path);
      const expected = await alone.toolkit.find(alone, request);
      expect(expected.addresses.length).to.be.greaterThan(4000);
      using dump = await open(path);
      const found = await findInThreads(dump, request, threadCount, driving, 0, workerUrl);
      expect(found?.addresses).to.deep.equal(expected.addresses);
      expect(found?.isLimited).to.equal(expected.isLimited);
      if (!expected.isLimited) {
        expect(found?.unsearched).to.deep.equal(expected.unsearched);
      }
    });
  }

  it('is searched by a thread out of the modules, if no other is named', async () => {
    using dump = await open(path);
    // One stretch, so that only one thread starts: it takes most of a second.
    const request = { pattern, limit: 100_000, from: 0n, to: 4_000_000n };
    const found = await findInThreads(dump, request, 2, driving, 0);
    expect(found?.addresses).to.deep.equal((await dump.toolkit.find(dump, request)).addresses);
    expect(found?.addresses).to.have.length.above(400);
  });

  it('is left to the caller where that is as fast', async () => {
    using dump = await open(path);
    expect(await findInThreads(dump, { pattern, limit: 1 }, 2, driving)).to.equal(null);
    expect(await findInThreads(dump, { pattern, limit: 1 }, 1, driving, 0)).to.equal(null);
  });

  it('ends at Ctrl-C', async () => {
    using dump = await open(path);
    const reason = new Error('enough');
    const work = findInThreads(
      dump,
      { pattern, limit: 100_000 },
      2,
      { signal: AbortSignal.abort(reason) },
      0,
    );
    expect(await work.catch((error: unknown) => error)).to.equal(reason);
  });
});
