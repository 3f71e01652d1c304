import type { BuiltLinuxKernel, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  dumpOf,
  emptyMemory,
  kaslrOffset,
  kernelIn,
  physBase,
  rootAt,
  verdictOf,
} from './guest.ts';

const tableSizeInBytes = 0x1000;
const lastEntry = 511 * 8;
const addressMask = 0x7fff_ffff_f000n;

/** In the data of the image, as Linux's static tables are. */
const tablesFrom = 0x3d00000;
const earlyTop = 0x3d80000;
const identity = 0x3d90000;

/**
 * A kernel at its first instructions: the processor uses early_top_pgt, which maps the image alone,
 * and init_top_pgt is as it was linked, a root of four levels that leads to where its tables would
 * be without phys_base.
 */
function beginningToBoot(
  memory: SparseMemory,
  levels: 4 | 5,
  place = { physBase, kaslrOffset },
): BuiltLinuxKernel {
  const kernel = kernelIn(memory, {
    levels,
    ...place,
    vmcoreInfoAt: null,
    tablesFrom,
    directMapSizeInBytes: 0,
  });
  memory.write(earlyTop, memory.read(kernel.root, tableSizeInBytes));
  const belowTop = memory.readUint64(earlyTop + lastEntry);
  const third =
    levels === 4 ? belowTop : memory.readUint64(Number(belowTop & addressMask) + lastEntry);
  memory.write(kernel.root, new Uint8Array(tableSizeInBytes));
  memory.writeUint64(kernel.root + lastEntry, third - BigInt(place.physBase));
  return kernel;
}

describe('a kernel that only begins to boot', () => {
  for (const levels of [4, 5] as const) {
    it(`is found through its CPU's ${levels}-level tables, with init_top_pgt unfilled`, async () => {
      const memory = emptyMemory();
      beginningToBoot(memory, levels);
      const { kernel, confidence, evidence } = await verdictOf(
        dumpOf(memory, { cr3: [earlyTop], levels }),
      );
      expect(confidence).to.equal('certain');
      expect(kernel).to.deep.include({
        physBase,
        root: rootAt(earlyTop, levels),
        pagingLevels: levels,
        role: 'running',
      });
      expect(evidence.find(({ by }) => by === 'table-root')?.because).to.match(
        /still has its link-time contents: the kernel has only begun to boot$/,
      );
    });

    it(`is found with ${levels} levels without a CPU, and claims no number of levels`, async () => {
      const memory = emptyMemory();
      beginningToBoot(memory, levels);
      const { kernel, confidence } = await verdictOf(dumpOf(memory));
      expect(confidence).to.equal('certain');
      expect(kernel).to.include({ physBase, pagingLevels: null, role: 'unknown' });
    });
  }

  it('claims no levels where init_top_pgt is as linked and the kernel boots with five', async () => {
    const memory = emptyMemory();
    const place = { physBase: 0, kaslrOffset: 0x2800000 };
    const { root } = beginningToBoot(memory, 5, place);
    // One large page of the first gibibyte, as level3_ident_pgt leads to.
    memory.writeUint64(identity, 0x83n);
    memory.writeUint64(root + 272 * 8, BigInt(identity) | 3n);
    const { kernel } = await verdictOf(dumpOf(memory));
    expect(kernel).to.include({ physBase: 0, pagingLevels: null });
    const { kernel: byCpu } = await verdictOf(dumpOf(memory, { cr3: [earlyTop], levels: 5 }));
    expect(byCpu).to.include({ physBase: 0, pagingLevels: 5 });
  });

  it('is still denied where its root leads to no tables of the image', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { vmcoreInfoAt: null, tablesFrom });
    memory.write(earlyTop, memory.read(kernel.root, tableSizeInBytes));
    memory.writeUint64(kernel.root + lastEntry, 0x1003n);
    const { candidates } = await verdictOf(dumpOf(memory, { cr3: [earlyTop] }));
    expect(
      candidates.flatMap(({ contradictions }) => contradictions.map(({ by }) => by)),
    ).to.include('table-root');
  });
});
