import { arm, arm64, i386 } from '@vmcorekit/architectures';
import {
  type Dump,
  encodeNoteArea,
  type LocatedKernel,
  textNote,
  VmcoreInfo,
} from '@vmcorekit/core';
import {
  arm64Layout,
  describeKernel,
  type KernelDescription,
  vmcoreInfoClaim,
} from '@vmcorekit/linux';
import { Arm64TableBuilder, locatedKernel, memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const ram = 0x4000_0000;
const image = ram + 0x20_0000;
const imageOffset = 0xffff_a521_05a0_0000n;
const linearMapOffset = 0xffff_49a4_8000_0000n;
const rootAt = image + 0x8_0000;

/** An arm64 guest whose tables map an image and nothing else, and the kernel in it. */
function arm64Guest(fields: Partial<LocatedKernel> = {}): {
  readonly dump: Dump;
  readonly located: LocatedKernel;
  readonly memory: SparseMemory;
} {
  const memory = new SparseMemory({ ranges: [{ start: ram, end: ram + 0x400_0000 }] });
  const tables = new Arm64TableBuilder(memory, {
    granuleInBytes: 0x4000,
    addressBits: 48,
    root: rootAt,
    tablesFrom: image + 0x100_0000,
  });
  for (const [from, end, rights] of [
    [0x1_0000, 0x4_0000, { isExecutable: true }],
    [0x4_0000, 0xa_0000, {}],
    [0x12_0000, 0x14_0000, { isWritable: true }],
  ] as const) {
    tables.map({
      virtualAddress: imageOffset + BigInt(image + from),
      physicalAddress: image + from,
      lengthInBytes: end - from,
      ...rights,
    });
  }
  const root = arm64.mmu
    ?.rootsAt(rootAt)
    .find((each) => each.addressBits === 48 && each.basePageSizeInBytes === 0x4000);
  return {
    memory,
    dump: memoryDump({ memory, architecture: arm64, layout: arm64Layout }),
    located: locatedKernel({
      imageOffset,
      linearMapOffset,
      root: root ?? expect.fail('no such tables'),
      kaslrOffset: 0x2520_c5c0_0000,
      release: '6.12.0-test',
      ...fields,
    }),
  };
}

function description(dump: Dump, located: LocatedKernel): KernelDescription {
  const work = describeKernel(dump, located, null);
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

describe('describeKernel of arm64', () => {
  it('puts together the lines that its readers need, which lead back to the place', () => {
    const { dump, located } = arm64Guest();
    const { vmcoreinfo, pageSizeInBytes } = description(dump, located);
    expect(vmcoreinfo.text.trimEnd().split('\n')).to.deep.equal([
      'OSRELEASE=6.12.0-test',
      'PAGESIZE=16384',
      'NUMBER(kimage_voffset)=0xffffa52105a00000',
      'NUMBER(VA_BITS)=48',
      'NUMBER(TCR_EL1_T1SZ)=0x10',
      'NUMBER(PHYS_OFFSET)=0xffffb65b80000000',
      'SYMBOL(swapper_pg_dir)=ffffa52145c80000',
      'KERNELOFFSET=2520c5c00000',
    ]);
    expect(pageSizeInBytes).to.equal(0x4000);
    const info = new VmcoreInfo(vmcoreinfo.text);
    // Only tables that map all memory bear out a linear map, and only _stext a KASLR offset.
    expect(arm64Layout.readVmcoreInfo(info).claim).to.include({ imageOffset, linearMapOffset });
    const { root } = vmcoreInfoClaim(info, dump);
    expect(root).to.deep.equal(located.root);
  });

  describe('whose note readers of /proc/kcore copied, cut off, to lower addresses', () => {
    const text =
      'OSRELEASE=6.12.0-test\nPAGESIZE=16384\nNUMBER(kimage_voffset)=0xffffa52105a00000\n';
    const long = `${text}NUMBER(VA_BITS)=48\nKERNELOFFSET=2520c5c00000\n`;
    const cut = `${text}NUMBER(VA_`;
    const textWith = (...notes: readonly (readonly [number, string])[]) => {
      const { dump, located, memory } = arm64Guest();
      for (const [at, content] of notes) {
        memory.write(at, encodeNoteArea([textNote('VMCOREINFO', content)], 'little'));
      }
      return description(dump, located).vmcoreinfo;
    };

    it('takes the one that begins a page', () => {
      expect(textWith([ram + 0x100_0428, cut], [ram + 0x200_0000, long])).to.deep.equal({
        text: long,
        from: 'search',
      });
    });

    it('takes a whole one, else the whole lines of the longest', () => {
      const before413 = ram + 0x200_0100;
      expect(textWith([ram + 0x100_0428, cut], [before413, long]).text).to.equal(long);
      expect(textWith([ram + 0x100_0428, cut], [before413, `${long}SYM`]).text).to.equal(long);
    });
  });

  it('leaves out what is not proved, the page size too', () => {
    const { dump, located } = arm64Guest({
      linearMapOffset: null,
      root: null,
      kaslrOffset: null,
      release: null,
    });
    const { vmcoreinfo, pageSizeInBytes, mappings } = description(dump, located);
    expect(vmcoreinfo.text).to.equal('NUMBER(kimage_voffset)=0xffffa52105a00000\n');
    expect(pageSizeInBytes).to.equal(null);
    expect(mappings).to.deep.equal({});
  });

  it('maps the image as far as the tables do, without the symbol of its end', () => {
    const { dump, located } = arm64Guest();
    expect(description(dump, located).mappings).to.deep.equal({
      linearMap: { offset: linearMapOffset, wordSizeInBits: 64 },
      kernelImage: {
        virtualAddress: imageOffset + BigInt(image + 0x1_0000),
        physicalAddress: image + 0x1_0000,
        lengthInBytes: 0x13_0000,
      },
    });
    const textVirtualAddress = imageOffset + BigInt(image);
    const { kernelImage } = description(dump, { ...located, textVirtualAddress }).mappings;
    expect(kernelImage).to.deep.equal({
      virtualAddress: textVirtualAddress,
      physicalAddress: image,
      lengthInBytes: 0x14_0000,
    });
  });

  it('takes no image that the tables map at another offset', () => {
    const { dump, located } = arm64Guest({ imageOffset: imageOffset + 0x20_0000n });
    expect(description(dump, located).mappings).to.have.all.keys('linearMap');
  });
});

describe('describeKernel of 32-bit kernels', () => {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x4000_0000 }] });
  const root = { key: 'low', summary: '', basePageSizeInBytes: 4096, tableAddress: 0, levels: 2 };
  const offset = 0xc000_0000n;
  const run = (virtualAddress: bigint, physicalAddress: number, lengthInBytes: number) => ({
    virtualAddress,
    physicalAddress,
    lengthInBytes,
    isWritable: true,
    isExecutable: false,
  });
  const runs = [
    run(0xc000_0000n, 0, 0x10_0000),
    run(0xc010_0000n, 0x10_0000, 0x36f0_0000),
    // vmalloc: a page of other memory, and one that happens to have the offset of the linear map.
    run(0xf780_0000n, 0x100_0000, 0x1000),
    run(0xf790_0000n, 0x3790_0000, 0x1000),
  ];
  const mmu = {
    ...(i386.mmu ?? expect.fail('i386 has no page tables')),
    *mappedRuns() {
      yield* runs;
    },
  };
  const located = locatedKernel({
    imageOffset: offset,
    linearMapOffset: offset,
    root,
    wordSizeInBits: 32,
    textVirtualAddress: 0xc100_0000n,
  });

  it('ends the linear map where other offsets begin; the image lies in it', () => {
    const dump = memoryDump({ memory, architecture: { ...i386, mmu } });
    expect(description(dump, located).mappings).to.deep.equal({
      linearMap: { offset, wordSizeInBits: 32, end: 0x3700_0000 },
    });
  });

  it('says nothing of a linear map whose end no table shows', () => {
    const dump = memoryDump({ memory, architecture: { ...i386, mmu } });
    expect(description(dump, { ...located, root: null }).mappings).to.deep.equal({});
  });

  it('takes the one page size that an architecture has', () => {
    const dump = memoryDump({ memory, architecture: arm });
    expect(description(dump, { ...located, root: null }).pageSizeInBytes).to.equal(4096);
  });
});
