import { x8664 } from '@vmcorekit/architectures';
import { BufferSource, type Kernel } from '@vmcorekit/core';
import { VmlinuxSymbols } from '@vmcorekit/format-elf';
import { symbolFile } from '@vmcorekit/gdb';
import { btfTypes } from '@vmcorekit/linux';
import { buildBtf, structsBtf, symbolList } from '@vmcorekit/testing';
import { kernelOfInput } from '../kernel-of-input.ts';
import { type FuzzTarget, must } from '../target.ts';

/** The memory of the kernel is the input: code, its unwind tables, its types. */
const start = 0xffffffff81000000n;
const sizeInBytes = 0x2000;
const at = (offset: number): bigint => start + BigInt(offset);
const entryCount = 64;
const places = { addresses: 0x800, entries: 0x1000, types: 0x1800 };
const functionNames = Array.from({ length: 8 }, (_, index) => `function_${index}`);

const btf = buildBtf({
  types: [
    { kind: 'INT', name: 'int', size: 4, isSigned: true },
    {
      ...{ kind: 'STRUCT', name: 'task_struct', size: 32, isFlagged: true },
      members: [
        { name: 'pid', type: 1, offsetInBits: 0 },
        { name: 'flag', type: 1, offsetInBits: 33, sizeInBits: 2 },
        { name: 'next', type: 3, offsetInBits: 64 },
        { type: 5, offsetInBits: 128 },
      ],
    },
    { kind: 'PTR', type: 2 },
    { kind: 'ARRAY', type: 1, nelems: 4 },
    { kind: 'UNION', size: 16, members: [{ name: 'words', type: 4, offsetInBits: 0 }] },
    { kind: 'TYPEDEF', name: 'task_t', type: 2 },
    { kind: 'CONST', type: 6 },
    { kind: 'ENUM', name: 'state', size: 4, values: { RUNNING: 0n, DEAD: 128n } },
    { kind: 'FUNC_PROTO', type: 1, parameters: [{ name: 'task', type: 3 }, { type: 0 }] },
    { kind: 'FUNC', name: 'function_1', type: 9 },
    { kind: 'FWD', name: 'module' },
    { kind: 'TYPE_TAG', name: 'user', type: 1 },
    { kind: 'PTR', type: 12 },
    { kind: 'VAR', name: 'current_task', type: 3 },
  ],
});
const types = btfTypes(structsBtf({ orc_entry: { size: 6, members: { signal: 5 } } }), {
  wordSizeInBits: 64,
});
const symbols = symbolList({
  ...Object.fromEntries(functionNames.map((name, index) => [name, at(256 * index)])),
  _stext: start,
  _etext: at(places.addresses),
  _sdata: at(places.addresses),
  _end: at(sizeInBytes),
  __start_orc_unwind_ip: at(places.addresses),
  __stop_orc_unwind_ip: at(places.addresses + 4 * entryCount),
  __start_orc_unwind: at(places.entries),
  __stop_orc_unwind: at(places.entries + 6 * entryCount),
  __start_BTF: at(places.types),
  __stop_BTF: at(places.types + btf.length),
});

function seed(): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < entryCount; index++) {
    const own = places.addresses + 4 * index;
    view.setInt32(own, 32 * index - own, true);
    const entry = places.entries + 6 * index;
    const kind = index === 40 ? 1 : index === 20 ? 3 : index === 24 ? 4 : index === 60 ? 0 : 2;
    view.setInt16(entry, 16, true);
    view.setInt16(entry + 2, -16, true);
    view.setUint16(entry + 4, 5 | ((index % 3) << 4) | (kind << 8), true);
  }
  bytes.set(btf, places.types);
  return bytes;
}

function kernelOf(bytes: Uint8Array): Kernel {
  return kernelOfInput(bytes, { architecture: x8664, start, sizeInBytes, symbols, types });
}

export const symbolFiles: FuzzTarget = {
  name: 'symbol-file',
  summary: 'kernel memory with unwind tables and types, made into a symbol file',
  seeds: () => [seed()],
  run(bytes) {
    const { bytes: file, hasFrames, hasTypes, remarks } = symbolFile(kernelOf(bytes));
    must(file.length < 64 * sizeInBytes, 'a symbol file is bounded');
    const table = new VmlinuxSymbols().open(new BufferSource(file, 'symbols'));
    for (const name of functionNames) {
      must(table.find(name) !== undefined, 'every function is there');
    }
    const read = hasTypes ? table.types?.open() : undefined;
    const members = (read?.struct('task_struct')?.members?.() ?? []).map((member) => {
      const end = member.offsetInBytes + (member.sizeInBytes ?? 0);
      must(end <= 16 * 1024 * 1024, 'a member is bounded');
      return `${member.name.length}@${Math.min(64, member.offsetInBytes)}`;
    });
    const states = read?.enumeration('state')?.size;
    return [hasFrames, hasTypes, remarks.length, states, ...members.slice(0, 6)].join(' ');
  },
};
