import { riscv64 } from '@vmcorekit/architectures';
import { VmcoreInfo } from '@vmcorekit/core';
import { kernelImageThrough, riscv64Layout, vmcoreInfoClaim } from '@vmcorekit/linux';
import { memoryDump, Riscv64TableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const ram = 0x8000_0000;
const image = ram + 0x20_0000;
const start = 0xffff_ffff_8000_0000n;
const imageOffset = 0xffff_fffe_ffe0_0000n;
const swapper = image + 0x18_0000;

/** The lines of Debian's 6.12 guest with Sv57, and those that 7.2 adds. */
const note = `OSRELEASE=6.12.117+deb13-riscv64
PAGESIZE=4096
SYMBOL(swapper_pg_dir)=ffffffff81dcb000
SYMBOL(_stext)=ffffffff80002000
NUMBER(phys_ram_base)=2147483648
NUMBER(PAGE_OFFSET)=0xff60000000000000
NUMBER(VA_BITS)=57
NUMBER(KERNEL_LINK_ADDR)=0xffffffff80000000
NUMBER(va_kernel_pa_offset)=0xfffffffeffe00000
`;
const newerLines = `KERNELOFFSET=0
NUMBER(satp)=0xa000000000081fcb
`;

const memory = (): SparseMemory =>
  new SparseMemory({ ranges: [{ start: ram, end: ram + 0x200_0000 }] });
const dump = memoryDump({ memory: memory(), architecture: riscv64, layout: riscv64Layout });

function claimOf(text: string): ReturnType<typeof vmcoreInfoClaim> {
  return vmcoreInfoClaim(new VmcoreInfo(text), dump);
}

describe('the layout of riscv64', () => {
  it('reads its own words from VMCOREINFO', () => {
    for (const text of [note, note + newerLines]) {
      const { root, ...claim } = claimOf(text);
      expect(claim).to.deep.equal({
        imageOffset,
        kaslrOffset: 0,
        release: '6.12.117+deb13-riscv64',
      });
      expect(root?.summary).to.equal('5-level tables (Sv57) at 0x81fcb000');
      // This memory has no tables, which must bear it out.
      expect(riscv64Layout.readVmcoreInfo(new VmcoreInfo(text)).claim.linearMapOffset).to.equal(
        0xff5f_ffff_8000_0000n,
      );
    }
  });

  it('chooses the tables by VA_BITS, unless satp says otherwise', () => {
    const levelsWith = (bits: string, satp?: string) =>
      claimOf(
        note.replace('VA_BITS)=57', `VA_BITS)=${bits}`) +
          (satp === undefined ? '' : `NUMBER(satp)=${satp}\n`),
      ).root?.levels;
    expect(levelsWith('39')).to.equal(3);
    expect(levelsWith('48', '0x9000000000081fcb')).to.equal(4);
    expect(levelsWith('48', '0xa000000000081fcb')).to.equal(undefined);
    expect(levelsWith('47')).to.equal(undefined);
  });

  it('takes the KASLR offset from the place of the text too, and both must agree', () => {
    const moved = note.replace('ffffffff80002000', 'ffffffff8a402000');
    expect(claimOf(moved).kaslrOffset).to.equal(0xa40_0000);
    expect(claimOf(`${moved}KERNELOFFSET=a400000\n`).kaslrOffset).to.equal(0xa40_0000);
    expect(claimOf(`${moved}KERNELOFFSET=a600000\n`).kaslrOffset).to.equal(undefined);
    expect(claimOf(note.replace('80002000', '80003000')).kaslrOffset).to.equal(undefined);
    expect(claimOf(note.replace('80002000', 'c0002000')).kaslrOffset).to.equal(undefined);
  });

  it('claims no place that Linux cannot choose', () => {
    expect(claimOf(note.replace('effe00000', 'effe01000')).imageOffset).to.equal(undefined);
    expect(claimOf(note.replace('=0xfffffffeffe00000', '=-2097152')).imageOffset).to.equal(
      undefined,
    );
    const outside = note.replace('dir)=ffffffff', 'dir)=0fffffff');
    expect(claimOf(outside).root).to.equal(undefined);
    expect(claimOf(note.replace('phys_ram_base', 'other')).linearMapOffset).to.equal(undefined);
  });

  it('sees the image that holds its root, through that root only', () => {
    const of = memory();
    const tables = new Riscv64TableBuilder(of, {
      levels: 4,
      root: swapper,
      tablesFrom: ram + 0x100_0000,
    });
    const part = (from: number, to: number, rights: object): void =>
      tables.map({
        virtualAddress: start + BigInt(from),
        physicalAddress: image + from,
        lengthInBytes: to - from,
        ...rights,
      });
    part(0, 0x8_0000, { isExecutable: true });
    part(0x8_0000, 0x10_0000, {});
    part(0x10_0000, 0x20_0000, { isWritable: true });
    const machine = memoryDump({ memory: of, architecture: riscv64, layout: riscv64Layout });
    const imageAt = (table: number) =>
      (riscv64.mmu?.rootsAt(table) ?? []).flatMap(
        (root) => kernelImageThrough(machine, root) ?? [],
      );
    const [seen, ...others] = imageAt(swapper);
    expect(others).to.deep.equal([]);
    expect(seen?.imageOffset).to.equal(imageOffset);
    expect(seen?.root.levels).to.equal(4);
    expect(seen?.runs.map(({ lengthInBytes }) => lengthInBytes)).to.deep.equal([
      0x8_0000, 0x8_0000, 0x10_0000,
    ]);
    of.write(ram, of.read(swapper, 0x1000));
    expect(imageAt(ram)).to.deep.equal([]);
  });

  it('names the numbers that tools need as they do', () => {
    const numbers = (levels: number, linearMapOffset: bigint | null) =>
      riscv64Layout.numbersOf?.({
        imageOffset,
        linearMapOffset,
        root: (riscv64.mmu?.rootsAt(swapper) ?? []).find((root) => root.levels === levels) ?? null,
      });
    expect(numbers(5, 0xff5f_ffff_8000_0000n)).to.deep.equal({
      va_kernel_pa_offset: imageOffset,
      phys_ram_base: 0x8000_0000n,
    });
    // With Sv39, PAGE_OFFSET depends on the release.
    expect(numbers(3, 0xffff_ffd5_8000_0000n)).to.deep.equal({ va_kernel_pa_offset: imageOffset });
    expect(numbers(5, null)).to.deep.equal({ va_kernel_pa_offset: imageOffset });
  });

  it('finds the offset in kernel_map, whatever the order of its words', () => {
    const [variable] = riscv64Layout.placeVariables ?? [];
    const in612 = [start, 0n, 0x8020_0000n, 0x1e6_c000n, 0xff5f_ffff_8000_0000n, imageOffset];
    for (const words of [in612, in612.toReversed()]) {
      expect(variable?.imageOffsetIn(words, imageOffset)).to.equal(imageOffset);
      expect(variable?.imageOffsetIn(words, 0x20_0000n)).to.equal(imageOffset);
    }
    for (const words of [[], in612.slice(0, 5), in612.slice(1), in612.with(2, 0x8020_1000n)]) {
      expect(variable?.imageOffsetIn(words, imageOffset)).to.equal(undefined);
    }
  });

  it('knows where Linux links the text, before KASLR moves it', () => {
    const isLinkedAt = (distance: bigint) => riscv64Layout.isTextLinkAddress?.(start + distance);
    expect([0x1000n, 0x2000n].map(isLinkedAt)).to.deep.equal([true, true]);
    expect([0n, 0x20_2000n, -0x1000n].map(isLinkedAt)).to.deep.equal([false, false, false]);
  });
});
