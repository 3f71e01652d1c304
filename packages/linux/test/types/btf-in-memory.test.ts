import { isVmcorekitError, type TypeTable } from '@vmcorekit/core';
import { btfInMemory } from '@vmcorekit/linux';
import { linearMemory, SparseMemory, structsBtf, symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';

const rodata = 0xffffffff82000000n;
const data = rodata + 0x100000n;
const run = { lengthInBytes: 0x100000, isWritable: false, isExecutable: false };
const runs = [
  { ...run, virtualAddress: rodata, physicalAddress: 0 },
  { ...run, virtualAddress: data, physicalAddress: 0x100000, isWritable: true },
];
const btf = structsBtf({
  list_head: { size: 16, members: { next: 0, prev: 8 } },
  ...Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [
      `struct_${index}`,
      { size: 8, members: { only: index % 8 } },
    ]),
  ),
});

function memoryWith(...places: readonly number[]): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x200000 }] });
  for (const place of places) {
    memory.write(place, btf);
  }
  return memory;
}

function typesIn(memory: SparseMemory, symbols: Readonly<Record<string, bigint>> = {}): TypeTable {
  return btfInMemory({ memory: linearMemory(memory, runs), symbols: symbolList(symbols), runs });
}

function codeOf(look: () => unknown): string {
  try {
    look();
    return 'none';
  } catch (error) {
    return isVmcorekitError(error) ? error.code : String(error);
  }
}

describe('the BTF in a kernel’s memory', () => {
  const at = (offset: number) => ({
    __start_BTF: rodata + BigInt(offset),
    __stop_BTF: rodata + BigInt(offset + btf.length),
  });

  it('lies where the symbols say, whatever else looks like it', () => {
    const types = typesIn(memoryWith(0x1234, 0x40000), at(0x1234));
    expect(types.struct('struct_7')?.member('only')?.offsetInBytes).to.equal(7);
  });

  it('is found without symbols, at any place, where the read-only data holds only one', () => {
    for (const place of [0x1234, 0xfffe, 0x10000 - 2]) {
      const memory = memoryWith(place, 0x140000);
      memory.write(0x60000, Uint8Array.of(0x9f, 0xeb, 1, 0, 24, 0, 0, 0));
      expect(typesIn(memory).struct('struct_5')?.sizeInBytes, String(place)).to.equal(8);
    }
  });

  it('is not a copy of its header, which no type follows', () => {
    const memory = memoryWith(0x1234);
    // As `struct btf` has one. With zeros after it, the first type would be of the kind 0.
    memory.write(0x60000, btf.subarray(0, 24));
    expect(typesIn(memory).struct('struct_5')?.sizeInBytes).to.equal(8);
    const alone = memoryWith();
    alone.write(0x60000, btf.subarray(0, 24));
    expect(() => typesIn(alone)).to.throw('its read-only data holds none');
  });

  it('is not chosen from several, nor taken from memory that others may write', () => {
    expect(() => typesIn(memoryWith(0x1000, 0x40000))).to.throw('its read-only data holds 2');
    expect(() => typesIn(memoryWith(0x140000))).to.throw('its read-only data holds none');
  });

  it('is known up to its first lost page where the kernel keeps no places of types', () => {
    const memory = memoryWith(0x1234);
    memory.exclude(0x2000);
    const types = typesIn(memory, at(0x1234));
    expect(types.struct('struct_7')).to.equal(undefined);
    expect(types.remarks[0]).to.match(
      /^BTF is read only in part: 1 of \d+ pages cannot be read, and of types only those before/,
    );
    expect(codeOf(() => typesIn(memory))).to.equal('unsupported');
    memory.exclude(0x1000);
    expect(codeOf(() => typesIn(memory, at(0x1234)))).to.equal('page-unreadable');
  });

  it('is not looked for where its symbols cannot be', () => {
    const memory = memoryWith(0x1234);
    for (const end of [rodata, rodata + 0x1234n, rodata + (1n << 40n)]) {
      expect(
        codeOf(() => typesIn(memory, { __start_BTF: rodata + 0x1234n, __stop_BTF: end })),
      ).to.equal('unsupported');
    }
    expect(
      codeOf(() =>
        typesIn(memory, { __start_BTF: rodata + 0x1234n, __stop_BTF: rodata + 0x1300n }),
      ),
    ).to.equal('malformed');
  });
});
