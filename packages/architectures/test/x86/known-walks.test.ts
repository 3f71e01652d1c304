import { i386, x8664 } from '@vmcorekit/architectures';
import { type Architecture, uint32At } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { rightsOf } from '../refusal.ts';
import { mmuOf, rootAt } from '../root-at.ts';
import { walksOfTheManual as walksOfI386 } from './known-i386-walks.ts';
import { walksOfTheManual } from './known-walks.ts';

const top = 0x1_0000;
/** Memory so far up that no address bit is taken for one of memory encryption. */
const farthest = 2 ** 51;

for (const [architecture, walks] of [
  [x8664, walksOfTheManual],
  [i386, walksOfI386],
] as const satisfies readonly (readonly [Architecture, unknown])[]) {
  describe(`${architecture.name} translation, by the manual`, () => {
    for (const [levels, address, indices, uppers, leaf, expected, rights] of walks) {
      it(`follows it: ${levels} levels, 0x${address.toString(16)}, ${indices.length} entries`, () => {
        const memory = new SparseMemory({
          ranges: [
            { start: 0, end: 0x10_0000 },
            { start: farthest, end: farthest + 0x1000 },
          ],
        });
        const size = levels === 2 ? 4 : 8;
        for (const [depth, index] of indices.entries()) {
          const upper = uppers[depth];
          const value = upper === undefined ? leaf : upper | BigInt(top + (depth + 1) * 0x1000);
          writeEntry(memory, top + depth * 0x1000 + index * size, value, size);
        }
        const root = rootAt(architecture, top, levels);
        const found = mmuOf(architecture).translate(memory, root, address);
        expect(found.physicalAddress).to.equal(expected);
        expect(rightsOf(found)).to.equal(rights);
        expect(found.entries.map(({ index }) => index)).to.deep.equal(indices);
      });
    }
  });
}

function writeEntry(memory: SparseMemory, at: number, value: bigint, size: number): void {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  expect(size === 8 || uint32At(bytes, 4, 'little') === 0).to.equal(true);
  memory.write(at, bytes.subarray(0, size));
}
