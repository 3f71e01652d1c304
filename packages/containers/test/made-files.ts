import type { OpenContext } from '@vmcorekit/core';
import { openContainer } from '@vmcorekit/testing';
import { expect } from 'chai';
import { containerNamed, contentOf, madeBy, sample, unpacked } from './contents.ts';

/** Tests that files which a real program made of `sample()` are unpacked whole. */
export function itUnpacks(name: string, files: readonly string[], context?: OpenContext): void {
  for (const file of files) {
    it(`give what the real program packed: ${file}`, async () => {
      const { bytes, damage } = await unpacked(name, madeBy(file), context);
      expect(Buffer.compare(bytes, sample())).to.equal(0);
      expect(damage).to.deep.equal([]);
    });
  }
}

/** A file of several blocks that a real program made of `sample()`, one of them damaged. */
export interface DamagedBlock {
  readonly file: string;
  /** Bytes of the file that are made 0xff. */
  readonly from: number;
  readonly to: number;
  /** What reading the first bytes of the contents fails with. */
  readonly error: RegExp;
  /** A place in the contents from which 1000 bytes can still be read. */
  readonly heldAt: number;
}

/** Expects that only the damaged block is lost, and only to the caller that reads it. */
export async function expectOneBlockLost(name: string, block: DamagedBlock): Promise<void> {
  const file = madeBy(block.file).slice();
  file.fill(0xff, block.from, block.to);
  using contents = await openContainer(containerNamed(name), file);
  expect(contents.damage).to.deep.equal([]);
  const source = contentOf(contents);
  expect(() => source.readInto(100, new Uint8Array(10))).to.throw(block.error);
  const held = new Uint8Array(1000);
  source.readInto(block.heldAt, held);
  const expected = sample().subarray(block.heldAt, block.heldAt + held.length);
  expect(Buffer.compare(held, expected)).to.equal(0);
}
