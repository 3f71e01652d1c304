import { parseRegisters } from '@vmcorekit/lab/qemu/registers';
import { locateKernel } from '@vmcorekit/lab/truth/locate-kernel';
import type { LocationStatements } from '@vmcorekit/lab/truth/location';
import { expect } from 'chai';

/** A guest's statements on its kernel's place: /proc/iomem as pairs, the rest as texts. */
function state(
  said: Partial<Record<'symbols' | 'vmcoreinfo' | 'ranges' | 'configuration', object>> & {
    readonly mmu?: string;
    readonly cr13?: string;
  },
): LocationStatements {
  const { symbols = {}, vmcoreinfo = {}, ranges = {}, configuration = {} } = said;
  const { mmu = '', cr13 } = said;
  return {
    symbols: symbols as Record<string, string>,
    vmcoreinfo: vmcoreinfo as Record<string, string>,
    memoryMap: Object.entries(ranges).map(([name, start]) => ({
      start: String(start),
      end: '0xffffffff',
      depth: 0,
      name,
    })),
    mmu,
    configuration: new Map(Object.entries(configuration)),
    cpus: parseRegisters(cr13 === undefined ? '' : `CPU#0\nC13=${cr13}\n`),
  };
}

describe("the place of an arm64 guest's kernel", () => {
  const note = {
    PAGESIZE: '4096',
    KERNELOFFSET: '1a8bc4e00000',
    'NUMBER(kimage_voffset)': '0xffff9a8c04c00000',
    'NUMBER(TCR_EL1_T1SZ)': '0xc',
    'SYMBOL(swapper_pg_dir)': 'ffff9a8c46a00000',
  };
  const later = {
    symbols: { _text: '0xffff9a8c44e00000', _stext: '0xffff9a8c44e10000' },
    vmcoreinfo: note,
    ranges: { 'Kernel code': '0x40200000' },
  };

  it('is kimage_voffset, and the levels follow from pages and address bits', () => {
    expect(locateKernel('aarch64', state(later))).to.deep.equal({
      imageOffset: '0xffff9a8c04c00000',
      physBase: null,
      kaslrOffset: 0x1a8bc4e00000,
      textVirtualAddress: '0xffff9a8c44e00000',
      textPhysicalAddress: '0x40200000',
      pageTableRoot: '0x41e00000',
      pagingLevels: 5,
    });
    const pages16k = { ...note, PAGESIZE: '16384' };
    const levels = ['0x10', '0x11', '0xc'].map(
      (unused) =>
        locateKernel(
          'aarch64',
          state({ ...later, vmcoreinfo: { ...pages16k, 'NUMBER(TCR_EL1_T1SZ)': unused } }),
        ).pagingLevels,
    );
    expect(levels).to.deep.equal([4, 3, 4]);
  });

  it('starts 64 KB before _stext where kallsyms has no _text', () => {
    const earlier = {
      symbols: { _stext: '0xffff9a8c44e10000' },
      vmcoreinfo: note,
      ranges: { 'Kernel code': '0x40210000' },
    };
    expect(locateKernel('aarch64', state(earlier))).to.include({
      textVirtualAddress: '0xffff9a8c44e00000',
      textPhysicalAddress: '0x40200000',
    });
  });

  it('is refused where /proc/iomem has the kernel elsewhere', () => {
    const lying = { ...later, ranges: { 'Kernel code': '0x40400000' } };
    expect(() => locateKernel('aarch64', state(lying))).to.throw(
      'the guest contradicts itself on kimage_voffset',
    );
  });
});

describe("the place of another machine's kernel", () => {
  it('is va_kernel_pa_offset on riscv64', () => {
    const place = locateKernel(
      'riscv64',
      state({
        symbols: { _text: '0xffffffff80002000' },
        vmcoreinfo: {
          'NUMBER(VA_BITS)': '57',
          'NUMBER(KERNEL_LINK_ADDR)': '0xffffffff80000000',
          'NUMBER(va_kernel_pa_offset)': '0xfffffffeffe00000',
          'SYMBOL(swapper_pg_dir)': 'ffffffff82307000',
        },
        ranges: { 'Kernel code': '0x80202000' },
      }),
    );
    expect(place).to.include({
      imageOffset: '0xfffffffeffe00000',
      kaslrOffset: 0,
      textPhysicalAddress: '0x80202000',
      pageTableRoot: '0x82507000',
      pagingLevels: 5,
    });
  });

  it('is KERNELOFFSET less KERNELOFFPHYS on s390x, and nothing before 6.10', () => {
    const placed = (vmcoreinfo: object, stext: string, start: string): string | undefined =>
      locateKernel(
        's390x',
        state({ symbols: { _stext: stext }, vmcoreinfo, ranges: { 'Kernel code': start } }),
      ).imageOffset;
    expect(
      placed({ KERNELOFFSET: '3fffe7f8000', KERNELOFFPHYS: '8f8000' }, '0x3fffe8f8000', '0x9f8000'),
    ).to.equal('0x3fffdf00000');
    expect(placed({ KERNELOFFSET: '0' }, '0x100000', '0x100000')).to.equal('0x0');
  });

  it('has as many levels on s390x as the type of the CPUs’ table of the kernel', () => {
    const said = {
      symbols: { _stext: '0x100000' },
      vmcoreinfo: { KERNELOFFSET: '0', 'SYMBOL(swapper_pg_dir)': '1290000' },
      ranges: { 'Kernel code': '0x100000' },
    };
    const place = locateKernel('s390x', state({ ...said, cr13: '0000000001290007' }));
    expect(place).to.include({ pageTableRoot: '0x1290000', pagingLevels: 3 });
    expect(() => locateKernel('s390x', state({ ...said, cr13: '0000000002000007' }))).to.throw(
      'the guest contradicts itself on the page tables',
    );
  });

  it('is always the same on ppc64le, which has tables with a radix MMU only', () => {
    const said = {
      symbols: { _stext: '0xc000000000000000' },
      vmcoreinfo: {
        'SYMBOL(_stext)': 'c000000000000000',
        'SYMBOL(swapper_pg_dir)': 'c000000002740000',
      },
    };
    expect(locateKernel('ppc64le', state({ ...said, mmu: 'MMU\t\t: Radix' }))).to.deep.equal({
      imageOffset: '0xc000000000000000',
      physBase: null,
      kaslrOffset: null,
      textVirtualAddress: '0xc000000000000000',
      textPhysicalAddress: '0x0',
      pageTableRoot: '0x2740000',
      pagingLevels: 4,
    });
    expect(locateKernel('ppc64le', state({ ...said, mmu: 'MMU\t\t: Hash' }))).to.include({
      pageTableRoot: null,
      pagingLevels: null,
    });
  });

  it('follows from the start of memory on arm, whose tables lie before the text', () => {
    const said = {
      ranges: { 'System RAM': '0x40000000', 'Kernel code': '0x40208000' },
      configuration: { CONFIG_PAGE_OFFSET: '0xC0000000' },
    };
    expect(locateKernel('arm', state(said))).to.deep.equal({
      imageOffset: '0x80000000',
      physBase: null,
      kaslrOffset: null,
      textVirtualAddress: '0xc0208000',
      textPhysicalAddress: '0x40208000',
      pageTableRoot: '0x40204000',
      pagingLevels: 2,
    });
    const configuration = { ...said.configuration, CONFIG_ARM_LPAE: 'y' };
    expect(locateKernel('arm', state({ ...said, configuration }))).to.include({
      pageTableRoot: '0x40203000',
      pagingLevels: 3,
    });
  });

  it('is a window without tables on loong64', () => {
    const said = { ranges: { 'Kernel code': '0x200000' } };
    expect(locateKernel('loongarch64', state(said))).to.include({
      imageOffset: '0x9000000000000000',
      textVirtualAddress: '0x9000000000200000',
      kaslrOffset: 0,
      pageTableRoot: null,
    });
  });

  it('has no phys_base on i386, and two levels without PAE', () => {
    const said = {
      symbols: { _text: '0xcd000000' },
      vmcoreinfo: { 'SYMBOL(swapper_pg_dir)': 'ce2a0000' },
      ranges: { 'Kernel code': '0xd000000' },
      configuration: { CONFIG_PHYSICAL_START: '0x1000000' },
    };
    expect(locateKernel('i386', state(said))).to.include({
      imageOffset: '0xc0000000',
      physBase: null,
      kaslrOffset: 0xc000000,
      pageTableRoot: '0xe2a0000',
      pagingLevels: 2,
    });
    const configuration = { ...said.configuration, CONFIG_X86_PAE: 'y' };
    expect(locateKernel('i386', state({ ...said, configuration })).pagingLevels).to.equal(3);
  });
});
