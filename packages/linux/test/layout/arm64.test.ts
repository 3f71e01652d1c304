import { arm64 } from '@vmcorekit/architectures';
import { VmcoreInfo } from '@vmcorekit/core';
import { arm64Layout, kernelImageThrough, vmcoreInfoClaim } from '@vmcorekit/linux';
import { Arm64TableBuilder, memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const ram = 0x4000_0000;
const image = ram + 0x20_0000;
const imageOffset = 0xffff_a521_05a0_0000n;
const start = imageOffset + BigInt(image);
const rootAt = image + 0x8_0000;
const memory: () => SparseMemory = () =>
  new SparseMemory({ ranges: [{ start: ram, end: ram + 0x400_0000 }] });

/** The lines of Debian's 6.12 guest with pages of 4 KiB: built for 52 bits, run with 48. */
const note = `OSRELEASE=6.12.118+deb13-cloud-arm64
PAGESIZE=4096
SYMBOL(swapper_pg_dir)=ffffa521474a4000
SYMBOL(_stext)=ffffa52145c10000
NUMBER(VA_BITS)=52
NUMBER(kimage_voffset)=0xffffa52105a00000
NUMBER(PHYS_OFFSET)=0xfff0b65b80000000
NUMBER(TCR_EL1_T1SZ)=0x10
KERNELOFFSET=2520c5c00000
`;

interface Parts {
  /** Where the image's text begins; what lies before it is not mapped. */
  readonly hasHeader?: boolean;
  readonly hasData?: boolean;
  readonly offset?: bigint;
}

function tablesOf(to: SparseMemory, parts: Parts = {}): Arm64TableBuilder {
  const tables = new Arm64TableBuilder(to, {
    granuleInBytes: 0x1000,
    addressBits: 48,
    root: rootAt,
    tablesFrom: image + 0x100_0000,
  });
  const map = (from: number, end: number, rights: object): void =>
    tables.map({
      virtualAddress: (parts.offset ?? imageOffset) + BigInt(image + from),
      physicalAddress: image + from,
      lengthInBytes: end - from,
      ...rights,
    });
  if (parts.hasHeader !== false) {
    map(0, 0x1_0000, {});
  }
  map(0x1_0000, 0x4_0000, { isExecutable: true });
  map(0x4_0000, 0xa_0000, {});
  if (parts.hasData !== false) {
    map(0x12_0000, 0x14_0000, { isWritable: true });
  }
  return tables;
}

function imageOf(of: SparseMemory): ReturnType<typeof kernelImageThrough> {
  const [root] = arm64.mmu?.rootsAt(rootAt) ?? [];
  const dump = memoryDump({ memory: of, architecture: arm64, layout: arm64Layout });
  return root === undefined ? undefined : kernelImageThrough(dump, root);
}

describe('the kernel image of arm64', () => {
  it('is what its tables map at the offset at which they map themselves', () => {
    const of = memory();
    const tables = tablesOf(of);
    // Modules and allocations lie before the image in its window, at offsets of their own.
    for (let page = 0; page < 1000; page++) {
      tables.map({
        virtualAddress: 0xffff_8000_8000_0000n + BigInt(page * 0x2000),
        physicalAddress: ram + page * 0x3000,
        lengthInBytes: 0x1000,
        isWritable: page % 2 === 0,
        isExecutable: page % 2 === 1,
      });
    }
    const found = imageOf(of);
    expect(found?.imageOffset).to.equal(imageOffset);
    expect(found?.middleTable).to.equal(rootAt);
    expect(
      found?.runs.map(({ virtualAddress, lengthInBytes }) => [
        Number(virtualAddress - start),
        lengthInBytes,
      ]),
    ).to.deep.equal([
      [0, 0x1_0000],
      [0x1_0000, 0x3_0000],
      [0x4_0000, 0x6_0000],
      [0x12_0000, 0x2_0000],
    ]);
  });

  it('begins with _text only where 64 KiB before the text are still mapped', () => {
    const whole = memory();
    tablesOf(whole);
    expect(imageOf(whole)?.textStart?.virtualAddress).to.equal(start);
    const without = memory();
    tablesOf(without, { hasHeader: false });
    expect(imageOf(without)?.textStart).to.equal(null);
  });

  it('is none without data, or at an offset that is no multiple of 2 MiB', () => {
    for (const parts of [{ hasData: false }, { offset: imageOffset + 0x10_0000n }]) {
      const of = memory();
      tablesOf(of, parts);
      expect(imageOf(of)).to.equal(undefined);
    }
  });
});

describe('the layout of arm64', () => {
  const dump = memoryDump({ memory: memory(), architecture: arm64, layout: arm64Layout });

  it('reads its own words from VMCOREINFO, in hexadecimal of 64 bits', () => {
    const { root, ...claim } = vmcoreInfoClaim(new VmcoreInfo(note), dump);
    expect(claim).to.deep.equal({
      imageOffset: 0xffff_a521_05a0_0000n,
      kaslrOffset: 0x2520_c5c0_0000,
      textVirtualAddress: 0xffff_a521_45c0_0000n,
      release: '6.12.118+deb13-cloud-arm64',
    });
    expect(root?.summary).to.equal('4-level tables of 4 KiB pages for 48 bits at 0x41aa4000');
  });

  it('says where the linear map begins only if the tables have it there', () => {
    const of = memory();
    const linearMapOffset = 0xffff_49a4_8000_0000n;
    const tables = new Arm64TableBuilder(of, {
      ...{ granuleInBytes: 0x1000, addressBits: 48 },
      ...{ root: 0x41aa_4000, tablesFrom: 0x4200_0000 },
    });
    tables.map({
      virtualAddress: linearMapOffset + BigInt(ram),
      ...{ physicalAddress: ram, lengthInBytes: 0x400_0000, level: 2, isWritable: true },
    });
    const mapped = memoryDump({ memory: of, architecture: arm64, layout: arm64Layout });
    const said = (from: string, to: string) =>
      vmcoreInfoClaim(new VmcoreInfo(note.replace(from, to)), mapped).linearMapOffset;
    expect(said('', '')).to.equal(linearMapOffset);
    expect(said('=0xfff0b65b80000000', '=0xfff0b65b80010000')).to.equal(undefined);
    expect(said('=0xfff0b65b80000000', '=0xfff0a65b80000000')).to.equal(undefined);
    expect(said('pg_dir)=ffffa521474a4000', 'pg_dir)=ffffa521474a5000')).to.equal(undefined);
  });

  it('chooses the tables by the page size and by the bits in use', () => {
    const rootWith = (...changes: readonly (readonly [string, string])[]): string | undefined =>
      vmcoreInfoClaim(
        new VmcoreInfo(changes.reduce((text, [from, to]) => text.replace(from, to), note)),
        dump,
      ).root?.summary.replace(/ at 0x.*/, '');
    const page16 = ['PAGESIZE=4096', 'PAGESIZE=16384'] as const;
    const page64 = ['PAGESIZE=4096', 'PAGESIZE=65536'] as const;
    const wide = ['T1SZ)=0x10', 'T1SZ)=0xc'] as const;
    expect(rootWith(wide)).to.equal('5-level tables of 4 KiB pages for 52 bits');
    expect(rootWith(page16, wide)).to.equal('4-level tables of 16 KiB pages for 52 bits');
    const upper = ['pg_dir)=ffffa', 'pg_dir)=ffffe'] as const;
    expect(rootWith(page16, upper, ['T1SZ)=0x10', 'T1SZ)=0x11'])).to.equal(
      '3-level tables of 16 KiB pages for 47 bits',
    );
    expect(rootWith(page64)).to.equal('3-level tables of 64 KiB pages for 52 bits');
    expect(rootWith(['NUMBER(TCR_EL1_T1SZ)=0x10\n', ''], ['VA_BITS)=52', 'VA_BITS)=48'])).to.equal(
      '4-level tables of 4 KiB pages for 48 bits',
    );
    expect(rootWith(['T1SZ)=0x10', 'T1SZ)=0x3f'])).to.equal(undefined);
    expect(rootWith(['PAGESIZE=4096\n', ''])).to.equal(undefined);
    expect(rootWith(['pg_dir)=ffffa', 'pg_dir)=0000a'])).to.equal(undefined);
  });

  it('claims no offset that Linux cannot choose', () => {
    const claimWith = (from: string, to: string) =>
      vmcoreInfoClaim(new VmcoreInfo(note.replace(from, to)), dump);
    expect(claimWith('a00000\n', 'a10000\n').imageOffset).to.equal(undefined);
    expect(claimWith('=2520c5c00000', '=ffffffffffe00000').kaslrOffset).to.equal(undefined);
    expect(claimWith('=0xffffa52105a00000', '=-5').imageOffset).to.equal(undefined);
    expect(claimWith('=0xffffa52105a00000', '=0x200000').root).to.equal(undefined);
  });

  it('believes a KASLR offset only if it leads to where Linux links its text', () => {
    const offsetWith = (...changes: readonly (readonly [string, string])[]) =>
      vmcoreInfoClaim(
        new VmcoreInfo(changes.reduce((text, [from, to]) => text.replace(from, to), note)),
        dump,
      ).kaslrOffset;
    // One changed digit.
    for (const other of ['2f20c5c00000', '2520c5c03000', '6520c5c00000', '2520c5c']) {
      expect(offsetWith(['=2520c5c00000', `=${other}`]), other).to.equal(undefined);
    }
    expect(offsetWith(['VA_BITS)=52', 'VA_BITS)=47'])).to.equal(undefined);
    // Linux 6.1, one of 5.10 to 5.16, and UEFI, which loads it at any multiple of 64 KiB.
    expect(offsetWith(['=2520c5c00000', '=25213dc00000'])).to.equal(0x2521_3dc0_0000);
    expect(offsetWith(['=2520c5c00000', '=252135c00000'])).to.equal(0x2521_35c0_0000);
    expect(offsetWith(['c00000\n', 'c70000\n'], ['5c10000', '5c80000'])).to.equal(0x2520_c5c7_0000);
    const page16 = ['PAGESIZE=4096', 'PAGESIZE=16384'] as const;
    expect(offsetWith(page16)).to.equal(undefined);
    expect(offsetWith(page16, ['_stext)=ffffa', '_stext)=ffffe'])).to.equal(0x2520_c5c0_0000);
  });

  it('has _text 64 KiB before _stext only where the KASLR offset bears it out', () => {
    const textWith = (from: string, to: string) =>
      vmcoreInfoClaim(new VmcoreInfo(note.replace(from, to)), dump).textVirtualAddress;
    expect(textWith('', '')).to.equal(0xffff_a521_45c0_0000n);
    expect(textWith('_stext)=ffffa52145c10000', '_stext)=ffffa52145c20000')).to.equal(undefined);
    expect(textWith('KERNELOFFSET', 'OFFSET')).to.equal(undefined);
  });

  it('has the image in the upper half of at most 48 bits', () => {
    const startOf = (bits: number, pageSizeInBytes = 4096): bigint | undefined => {
      const root = arm64.mmu
        ?.rootsAt(0)
        .find((each) => each.addressBits === bits && each.basePageSizeInBytes === pageSizeInBytes);
      return root === undefined ? undefined : arm64Layout.imageWindow(root).start;
    };
    expect(arm64Layout.imageWindow(null).start).to.equal(0xffff_8000_0000_0000n);
    expect(startOf(48)).to.equal(0xffff_8000_0000_0000n);
    expect(startOf(52)).to.equal(0xffff_8000_0000_0000n);
    expect(startOf(39)).to.equal(0xffff_ffc0_0000_0000n);
    expect(startOf(47, 16_384)).to.equal(0xffff_c000_0000_0000n);
  });

  it('names the numbers that tools need as they do', () => {
    const roots = arm64.mmu?.rootsAt(0) ?? [];
    const numbers = (bits: number | null, pageSizeInBytes: number) =>
      arm64Layout.numbersOf?.({
        imageOffset,
        linearMapOffset: 0xffff_49a4_8000_0000n,
        root:
          roots.find(
            (each) => each.addressBits === bits && each.basePageSizeInBytes === pageSizeInBytes,
          ) ?? null,
      });
    // The kernel was built for 52 bits, and crash counts from the 48 in use.
    expect(numbers(48, 4096)).to.deep.equal({
      kimage_voffset: imageOffset,
      vabits_actual: 48n,
      phys_offset: 0xffff_b65b_8000_0000n,
    });
    expect(numbers(52, 65_536)).to.deep.equal({ kimage_voffset: imageOffset });
    expect(numbers(null, 4096)).to.deep.equal({ kimage_voffset: imageOffset });
  });
});
