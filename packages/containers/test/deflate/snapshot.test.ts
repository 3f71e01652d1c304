import { gzipSync } from 'node:zlib';
import { zlibWasm } from '@vmcorekit/compressors';
import { BufferSource, type OpenContext } from '@vmcorekit/core';
import { openContainer, openContext } from '@vmcorekit/testing';
import { expect } from 'chai';
import { bytesOf, containerNamed, memoryLike } from '../contents.ts';

const contents = memoryLike(3_300_000);
const file = gzipSync(contents, { level: 1 });
const packing = openContext({ compressors: { ready: async () => zlibWasm } });

/** Counts what is read of the file. */
class Counted extends BufferSource {
  bytesRead = 0;

  override readInto(offset: number, target: Uint8Array): number {
    const got = super.readInto(offset, target);
    this.bytesRead += got;
    return got;
  }
}

async function snapshotOf(context: OpenContext): Promise<Uint8Array> {
  using opened = await openContainer(containerNamed('gzip'), file, context);
  return opened.snapshot?.() ?? new Uint8Array(0);
}

describe('the index of a gzip file that is kept', () => {
  it('saves the pass, and gives the same contents', async () => {
    for (const context of [packing, openContext()]) {
      const snapshot = await snapshotOf(context);
      const source = new Counted(file);
      using opened = await openContainer(containerNamed('gzip'), source, { ...context, snapshot });
      expect(source.bytesRead).to.equal(8192);
      expect(opened.damage).to.deep.equal([]);
      expect(Buffer.compare(bytesOf(opened), contents)).to.equal(0);
      expect(opened.snapshot?.()).to.equal(snapshot);
    }
  });

  it('is smaller where the toolkit has a codec', async () => {
    const [packed, plain] = [await snapshotOf(packing), await snapshotOf(openContext())];
    expect(plain.length).to.be.above(3 * 32_768);
    expect(packed.length).to.be.below(plain.length / 2);
  });

  it('is not used for another file, of another version, or damaged, and that is said', async () => {
    const snapshot = await snapshotOf(packing);
    const changed = (at: number): Uint8Array => {
      const copy = snapshot.slice();
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    const other = gzipSync(contents, { level: 1 }).slice();
    other[4] = 77;
    for (const [kept, of, because] of [
      [changed(0), file, 'it is no index of a deflate stream'],
      [changed(24), file, 'it is of version 0, wanted 1'],
      [changed(snapshot.length - 5), file, 'it is damaged'],
      [snapshot, other, 'the file begins or ends with other bytes'],
      [snapshot, Buffer.concat([file, file]), `it is of a file of ${file.length} bytes, this one`],
    ] as const) {
      const context = { ...packing, snapshot: kept };
      using opened = await openContainer(containerNamed('gzip'), of, context);
      expect(opened.damage.map(({ name }) => name)).to.deep.equal(['index-not-used']);
      expect(opened.damage[0]?.detail).to.include(because);
      expect(Buffer.compare(bytesOf(opened).subarray(0, contents.length), contents)).to.equal(0);
    }
  });

  it('is not given for a file that is damaged', async () => {
    using opened = await openContainer(containerNamed('gzip'), file.subarray(0, 90_000), packing);
    expect(opened).not.to.have.property('snapshot');
  });
});
