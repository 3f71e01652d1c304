import { deflateSync, inflateSync } from 'node:zlib';
import { x8664 } from '@vmcorekit/architectures';
import { BufferSource, type Kernel, type SymbolTable } from '@vmcorekit/core';
import { VmlinuxSymbols } from '@vmcorekit/format-elf';
import { execFileOf, symbolFile } from '@vmcorekit/gdb';
import { btfTypes } from '@vmcorekit/linux';
import {
  buildBtf,
  linearMemory,
  memoryDump,
  SparseMemory,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const text = 0xffffffffa2000000n;
const types = text + 0x10000n;
const btf = buildBtf({
  types: [
    { kind: 'INT', name: 'int', size: 4, isSigned: true },
    { kind: 'INT', name: 'char', size: 1 },
    { kind: 'ARRAY', type: 2, nelems: 16 },
    {
      ...{ kind: 'STRUCT', name: 'task_struct', size: 32, isFlagged: true },
      members: [
        { name: 'pid', type: 1, offsetInBits: 0 },
        { name: 'flag', type: 1, offsetInBits: 37, sizeInBits: 3 },
        { name: 'comm', type: 3, offsetInBits: 64 },
        { name: 'next', type: 5, offsetInBits: 192 },
      ],
    },
    { kind: 'PTR', type: 4 },
    { kind: 'ENUM', name: 'pid_type', size: 4, values: { PIDTYPE_PID: 0n, PIDTYPE_MAX: 4n } },
    { kind: 'FUNC_PROTO', type: 1, parameters: [{ name: 'task', type: 5 }] },
    { kind: 'FUNC', name: 'schedule', type: 7 },
    // One that states its sign shows that all do.
    { kind: 'ENUM', name: 'sign', size: 4, isFlagged: true, values: { BELOW: -2n } },
    { kind: 'ENUM64', name: 'wide', size: 8, values: { ALL: 2n ** 64n - 1n, ONE: 1n } },
  ],
});
const names = {
  _text: text,
  schedule: text + 0x100n,
  schedule_alias: text + 0x100n,
  _etext: text + 0x1000n,
  _sdata: text + 0x2000n,
  init_task: text + 0x2100n,
  _end: text + 0x8000n,
};

function kernelWith(
  fields: { readonly architecture?: typeof x8664; readonly hasTypes?: boolean } = {},
  symbols: Readonly<Record<string, bigint>> = names,
): Kernel {
  const { architecture = x8664, hasTypes = true } = fields;
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x20000 }] });
  memory.write(0x10000, btf);
  return testKernel({
    dump: memoryDump({ memory, architecture }),
    memory: linearMemory(memory, [
      { virtualAddress: text, physicalAddress: 0, lengthInBytes: 0x20000 },
    ]),
    symbols: symbolList({
      ...symbols,
      ...(hasTypes ? { __start_BTF: types, __stop_BTF: types + BigInt(btf.length) } : {}),
    }),
    types: btfTypes(btf, { wordSizeInBits: 64 }),
  });
}

function opened(kernel: Kernel): SymbolTable {
  return new VmlinuxSymbols().open(new BufferSource(symbolFile(kernel).bytes, 'symbols'));
}

/** The sections of an ELF file of 64 bits, little-endian, with the null section. */
function sectionsIn(file: Uint8Array): {
  readonly name: string;
  readonly flags: bigint;
  readonly address: bigint;
  readonly bytes: Uint8Array;
}[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const long = (at: number) => view.getBigUint64(at, true);
  const start = Number(long(40));
  const headers = Array.from(
    { length: view.getUint16(60, true) },
    (_, index) => start + 64 * index,
  );
  const namesAt = Number(long((headers.at(-1) ?? 0) + 24));
  return headers.map((at) => {
    const name = namesAt + view.getUint32(at, true);
    const offset = Number(long(at + 24));
    return {
      name: Buffer.from(file.subarray(name, file.indexOf(0, name))).toString('latin1'),
      flags: long(at + 8),
      address: long(at + 16),
      bytes: file.subarray(offset, offset + Number(long(at + 32))),
    };
  });
}

describe('symbolFile', () => {
  it('has the symbols at their run-time addresses, as another reader sees them', () => {
    const table = opened(kernelWith());
    expect(table.find('schedule')?.address).to.equal(names.schedule);
    expect(table.find('schedule')?.sizeInBytes).to.equal(0xf00);
    expect(table.find('init_task')?.address).to.equal(names.init_task);
    expect(table.at(names.schedule + 8n)?.name).to.equal('schedule');
  });

  it('has the types, as another reader sees them', () => {
    const table = opened(kernelWith()).types?.open();
    const task = table?.struct('task_struct');
    expect(task?.sizeInBytes).to.equal(32);
    expect(task?.members?.().map(({ name, offsetInBytes }) => [name, offsetInBytes])).to.deep.equal(
      [
        ['pid', 0],
        ['flag', 4],
        ['comm', 8],
        ['next', 24],
      ],
    );
    expect(task?.member('flag')?.bits).to.deep.equal({ firstBit: 5, sizeInBits: 3 });
    expect(task?.member('comm')?.sizeInBytes).to.equal(16);
    expect(task?.member('next')?.type).to.deep.include({ kind: 'pointer' });
    expect(table?.enumeration('pid_type')).to.deep.equal(
      new Map([
        ['PIDTYPE_PID', 0n],
        ['PIDTYPE_MAX', 4n],
      ]),
    );
  });

  it('has values of 64 bits as readelf takes them: no number has more', () => {
    const table = opened(kernelWith()).types?.open();
    expect([...(table?.enumeration('sign') ?? [])]).to.deep.equal([['BELOW', -2n]]);
    const wide = table?.enumeration('wide');
    expect(BigInt.asUintN(64, wide?.get('ALL') ?? 0n)).to.equal(2n ** 64n - 1n);
    expect(wide?.get('ONE')).to.equal(1n);
  });

  it('says what it lacks: types, and rules to leave functions', () => {
    const { hasTypes, hasFrames, remarks } = symbolFile(kernelWith({ hasTypes: false }));
    expect({ hasTypes, hasFrames }).to.deep.equal({ hasTypes: false, hasFrames: false });
    expect(remarks).to.have.lengthOf(2);
    expect(remarks[0]).to.match(/ORC table/);
    expect(remarks[1]).to.match(/no types/);
  });

  it('makes names of a hostile dump safe to print', () => {
    const table = opened(kernelWith({}, { ...names, 'evil\x1b[2J': text + 0x200n }));
    expect(table.find('evil\\x1b[2J')?.address).to.equal(text + 0x200n);
  });

  it('refuses a kernel without symbols', () => {
    expect(() => symbolFile(kernelWith({ hasTypes: false }, {}))).to.throw(/without symbols/);
    expect(execFileOf(kernelWith({ hasTypes: false }, {}))).to.equal(undefined);
  });

  it('is the file that gdb reads from the server, made in steps and once', () => {
    const kernel = kernelWith();
    const file = execFileOf(kernel);
    expect([...(file?.steps?.() ?? [])].length).to.be.above(3);
    expect([...(file?.steps?.() ?? [])]).to.have.lengthOf(0);
    expect(file?.bytes()).to.have.lengthOf(symbolFile(kernel).bytes.length);
    expect(file?.bytes()).to.equal(file?.bytes());
  });

  it('packs debug information for gdb where it is given a way, and nothing else', () => {
    const whole = execFileOf(kernelWith())?.bytes() ?? new Uint8Array();
    const packed = execFileOf(kernelWith(), (bytes) => deflateSync(bytes))?.bytes();
    const COMPRESSED = 0x800n;
    const sections = [whole, packed ?? whole].map(sectionsIn);
    const [plain = [], own = []] = sections;
    expect(own.filter(({ flags }) => flags & COMPRESSED)).to.have.length.above(1);
    for (const [index, { name, flags, bytes }] of own.entries()) {
      const isPacked = (flags & COMPRESSED) !== 0n;
      const header = Buffer.from(bytes.subarray(0, 24));
      expect(isPacked && !name.startsWith('.debug_'), name).to.equal(false);
      // Elf64_Chdr: ELFCOMPRESS_ZLIB, and the size and alignment of what is packed.
      expect(isPacked ? header.readUInt32LE(0) : 1, name).to.equal(1);
      const contents = isPacked ? inflateSync(bytes.subarray(24)) : bytes;
      expect(isPacked ? Number(header.readBigUInt64LE(8)) : contents.length).to.equal(
        contents.length,
      );
      expect(Buffer.compare(contents, plain[index]?.bytes ?? new Uint8Array()), name).to.equal(0);
    }
  });

  it('has one text for the name of a function and of the padding before it', () => {
    const kernel = kernelWith({}, { ...names, __pfx_schedule: names.schedule - 0x10n });
    const table = opened(kernel);
    expect(table.find('schedule')?.address).to.equal(names.schedule);
    expect(table.find('__pfx_schedule')?.address).to.equal(names.schedule - 0x10n);
    const strtab = sectionsIn(symbolFile(kernel).bytes).find(({ name }) => name === '.strtab');
    const texts = Buffer.from(strtab?.bytes ?? [])
      .toString('latin1')
      .split('\0');
    expect(texts.filter((each) => each.endsWith('schedule'))).to.deep.equal(['__pfx_schedule']);
  });

  it('has a section for the code of the start, whose functions are in it', () => {
    const start = text + 0x8000n;
    const kernel = kernelWith(
      {},
      { ...names, _sinittext: start, start_kernel: start + 0x40n, _einittext: start + 0x1000n },
    );
    const { bytes } = symbolFile(kernel);
    const sections = sectionsIn(bytes);
    const index = sections.findIndex(({ address }) => address === start);
    const EXECINSTR = 4n;
    expect((sections[index]?.flags ?? 0n) & EXECINSTR).to.equal(EXECINSTR);
    const table = sections.find(({ name }) => name === '.symtab')?.bytes ?? new Uint8Array();
    const view = new DataView(table.buffer, table.byteOffset, table.length);
    const entry = Array.from({ length: table.length / 24 }, (_, each) => 24 * each).find(
      (at) => view.getBigUint64(at + 8, true) === start + 0x40n,
    );
    // STT_FUNC, in that section.
    expect(view.getUint8((entry ?? 0) + 4) & 0xf).to.equal(2);
    expect(view.getUint16((entry ?? 0) + 6, true)).to.equal(index);
  });

  // After `detach`, gdb showed zeros for data of the kernel, which it read in this file.
  it('has the memory of the kernel beyond the end of the file that gdb reads', () => {
    const served = execFileOf(kernelWith())?.bytes() ?? new Uint8Array();
    const sectionsOf = (bytes: Uint8Array) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const at = Number(view.getBigUint64(40, true));
      // Of those with SHF_ALLOC: the type, and where the contents begin.
      return Array.from({ length: view.getUint16(60, true) }, (_, index) => at + 64 * index)
        .filter((header) => view.getUint8(header + 8) & 2)
        .map((header) => [view.getUint32(header + 4, true), view.getUint32(header + 24, true)]);
    };
    const [PROGBITS, NOBITS] = [1, 8];
    expect(sectionsOf(served)).to.have.length.above(1);
    for (const [type, offset = 0] of sectionsOf(served)) {
      expect([type, offset > served.length]).to.deep.equal([PROGBITS, true]);
    }
    for (const [type] of sectionsOf(symbolFile(kernelWith()).bytes)) {
      expect(type).to.equal(NOBITS);
    }
  });
});
