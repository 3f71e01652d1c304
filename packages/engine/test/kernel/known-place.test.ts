import { riscv64 } from '@vmcorekit/architectures';
import { type Dump, type LocatedKernel, VmcoreInfo } from '@vmcorekit/core';
import { type KnownPlace, knownPlace } from '@vmcorekit/engine/testing';
import { ppc64Layout, riscv64Layout } from '@vmcorekit/linux';
import { locatedKernel, memoryDump, Riscv64TableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const imageAt = 0x8020_0000;
const imageOffset = 0xffff_ffff_8000_0000n - BigInt(imageAt);
const textVirtualAddress = 0xffff_ffff_8000_2000n;
const pageOffset = 0xff60_0000_0000_0000n;
const linearMapOffset = pageOffset - 0x8000_0000n;
const rootAt = 0x8040_0000;
const vmalloc = 0xff20_0000_0000_0000n;
const note = [
  `SYMBOL(swapper_pg_dir)=${(imageOffset + BigInt(rootAt)).toString(16)}`,
  'NUMBER(VA_BITS)=57',
  'NUMBER(phys_ram_base)=2147483648',
  `NUMBER(PAGE_OFFSET)=0x${pageOffset.toString(16)}`,
  `NUMBER(va_kernel_pa_offset)=0x${imageOffset.toString(16)}`,
].join('\n');

/** Memory as riscv64's /proc/vmcore has it: the tables of the image lie in a hole. */
const memory = new SparseMemory({
  ranges: [
    { start: 0x8020_2000, end: 0x8080_0000 },
    { start: 0x8200_0000, end: 0x8300_0000 },
  ],
});
new Riscv64TableBuilder(memory, { levels: 5, root: rootAt, tablesFrom: rootAt + 0x1000 }).map({
  virtualAddress: vmalloc,
  physicalAddress: 0x8200_3000,
  lengthInBytes: 0x1000,
});

function placeOf(
  located: Partial<LocatedKernel> = {},
  changed: Partial<Pick<Dump, 'layout' | 'vmcoreinfo'>> = {},
): KnownPlace | undefined {
  const dump: Dump = {
    ...memoryDump({ memory, architecture: riscv64 }),
    layout: riscv64Layout,
    vmcoreinfo: new VmcoreInfo(note),
    ...changed,
  };
  return knownPlace(
    dump,
    locatedKernel({
      imageOffset,
      linearMapOffset,
      textVirtualAddress,
      textPhysicalAddress: 0x8020_2000,
      ...located,
    }),
  );
}

function translated(place: KnownPlace | undefined, address: bigint): number | undefined {
  return place?.dump.architecture?.mmu?.translate(memory, place.root, address).physicalAddress;
}

describe('knownPlace', () => {
  it('shows image and linear map of a /proc/vmcore without the tables of its image', () => {
    const place = placeOf();
    expect(place?.root).to.include({ tableAddress: rootAt, levels: 5 });
    expect(translated(place, textVirtualAddress + 0x1234n)).to.equal(0x8020_3234);
    expect(translated(place, pageOffset + 0x200_0010n)).to.equal(0x8200_0010);
    expect(translated(place, vmalloc)).to.equal(0x8200_3000);
  });

  it('ends the image where the memory that holds its text ends', () => {
    expect(() => translated(placeOf(), 0xffff_ffff_8060_0000n)).to.throw('not mapped');
  });

  it('translates the linear map into holes, whose reads name the page that is missing', () => {
    expect(translated(placeOf(), pageOffset + 0x100_0000n)).to.equal(0x8100_0000);
  });

  it('does without tables where no VMCOREINFO of this kernel names them', () => {
    for (const other of [
      placeOf({}, { vmcoreinfo: null }),
      placeOf({ imageOffset: imageOffset + 0x20_0000n }),
    ]) {
      expect(other?.root).to.include({ tableAddress: null, levels: null });
      expect(() => translated(other, vmalloc)).to.throw('tables of other addresses are not known');
    }
  });

  it('maps only the image without a linear map that memory confirms', () => {
    const place = placeOf({ linearMapOffset: null });
    expect(place?.runs.map(({ virtualAddress }) => virtualAddress)).to.deep.equal([
      textVirtualAddress,
    ]);
    expect(place?.root.summary).to.equal('the image, as VMCOREINFO places it');
    expect(() => translated(place, pageOffset + 0x200_0010n)).to.throw('not mapped');
  });

  it('gives no rights, which only the tables say', () => {
    const place = placeOf();
    const { isWritable, isExecutable, isUser } =
      place?.dump.architecture?.mmu?.translate(memory, place.root, textVirtualAddress) ?? {};
    expect([isWritable, isExecutable, isUser]).to.deep.equal([null, null, null]);
  });

  it('knows no place without text, or where kernels share an offset', () => {
    expect(placeOf({ textPhysicalAddress: null })).to.equal(undefined);
    expect(placeOf({ textVirtualAddress: null })).to.equal(undefined);
    expect(placeOf({ textPhysicalAddress: 0x8100_0000 })).to.equal(undefined);
    expect(placeOf({}, { layout: ppc64Layout })).to.equal(undefined);
  });
});
