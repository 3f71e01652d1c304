import { x8664 } from '@vmcorekit/architectures';
import type { Kernel, Registers } from '@vmcorekit/core';
import { btfTypes, plugin } from '@vmcorekit/linux';
import {
  linearMemory,
  memoryDump,
  SparseMemory,
  structsBtf,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';

/** Where the code of the kernel begins. */
export const textStart = 0xffffffff81000000n;
export const textSizeInBytes = 0x10000;
/** The stack of the one task. */
export const stackStart = 0xffffc90000004000n;
export const stackSizeInBytes = 0x4000;
/** Its `task_struct`. */
export const task = 0xffff888000001000n;

const ipTable = 0xffffffff82000000n;
const entryTable = 0xffffffff82100000n;
const lookupTable = 0xffffffff82200000n;
const mib = 0x100000;

export type Form = 'end' | 'signal-end' | 'signal';
export type Numbering = 'ax-last' | 'ax-first';
type Kind = 'undefined' | 'end' | 'call' | 'regs' | 'regs-partial';

/** A rule of a test, by the words of the kernel's own definitions. */
export interface Rule {
  /** From the start of the text. */
  readonly at: number;
  readonly kind: Kind;
  readonly sp?: string;
  readonly spOffset?: number;
  readonly bp?: string;
  readonly bpOffset?: number;
  readonly isSignal?: boolean;
}

const numbers: Readonly<Record<Numbering, Readonly<Record<string, number>>>> = {
  'ax-last': {
    ...{ undefined: 0, 'previous-sp': 1, rdx: 2, rdi: 3, rbp: 4, rsp: 5, r10: 6, r13: 7 },
    ...{ 'rbp-indirect': 8, 'rsp-indirect': 9, rax: 10 },
  },
  'ax-first': {
    ...{ undefined: 0, rax: 1, rdx: 2, rsp: 3, rbp: 4, rdi: 5, r10: 6, r13: 7 },
    ...{ 'previous-sp': 8, 'rsp-indirect': 9, 'rbp-indirect': 10 },
  },
};
const oldTypes: Readonly<Record<Kind, number>> = {
  undefined: 0,
  end: 0,
  call: 0,
  regs: 1,
  'regs-partial': 2,
};
const newTypes: Readonly<Record<Kind, number>> = {
  undefined: 0,
  end: 1,
  call: 2,
  regs: 3,
  'regs-partial': 4,
};

/** The bits of an entry, as the kernel's header defines them. */
export function entryBytes(rule: Rule, form: Form, numbering: Numbering): Uint8Array {
  const bytes = new Uint8Array(6);
  const view = new DataView(bytes.buffer);
  view.setInt16(0, rule.spOffset ?? 0, true);
  view.setInt16(2, rule.bpOffset ?? 0, true);
  const number = (name: string | undefined) => numbers[numbering][name ?? 'undefined'] ?? 0;
  const isEnd = Number(rule.kind === 'end');
  const isSignal = Number(rule.isSignal ?? false);
  const flags =
    form === 'signal'
      ? newTypes[rule.kind] | (isSignal << 3)
      : form === 'signal-end'
        ? oldTypes[rule.kind] | (isSignal << 2) | (isEnd << 3)
        : oldTypes[rule.kind] | (isEnd << 2);
  view.setUint16(4, number(rule.sp) | (number(rule.bp) << 4) | (flags << 8), true);
  return bytes;
}

export interface OrcKernelFields {
  readonly form?: Form;
  readonly numbering?: Numbering;
  /** Functions by name, from the start of the text. */
  readonly functions: Readonly<Record<string, number>>;
  readonly rules: readonly Rule[];
  /** Words of the stack, by their distance from its end. */
  readonly stack?: Readonly<Record<number, bigint>>;
  /** Code, from the start of the text. */
  readonly instructions?: Readonly<Record<number, readonly number[]>>;
  /** Words beside the stack, by their address near the task. */
  readonly words?: Readonly<Record<string, bigint>>;
  readonly symbols?: Readonly<Record<string, bigint>>;
  readonly structs?: Parameters<typeof structsBtf>[0];
  readonly hasTypes?: boolean;
  readonly hasLookup?: boolean;
}

/** A kernel with an ORC table, one task and its stack. */
export function orcKernel({
  form = 'signal',
  numbering = 'ax-last',
  functions,
  rules,
  stack = {},
  instructions = {},
  words = {},
  symbols = {},
  structs = {},
  hasTypes = true,
  hasLookup = true,
}: OrcKernelFields): { readonly kernel: Kernel; readonly memory: SparseMemory } {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 8 * mib }] });
  const places: readonly (readonly [virtualAddress: bigint, physicalAddress: number])[] = [
    [textStart, 0],
    [ipTable, mib],
    [entryTable, 2 * mib],
    [lookupTable, 3 * mib],
    [stackStart & ~0xfffffn, 4 * mib],
    [task & ~0xfffffn, 5 * mib],
  ];
  const physical = (address: bigint): number => {
    const [start, at] = places.find(
      ([from]) => from <= address && address < from + BigInt(mib),
    ) ?? [0n, 0];
    return at + Number(address - start);
  };
  // Every table of a kernel has far more plain calls than anything else.
  const usual: Rule[] = Array.from({ length: 64 }, (_, index) => ({
    at: textSizeInBytes - 0x400 + 16 * index,
    kind: 'call',
    sp: 'rsp',
    spOffset: 8,
  }));
  const all = [...rules, ...usual].sort((one, other) => one.at - other.at);
  for (const [index, rule] of all.entries()) {
    const at = new DataView(new ArrayBuffer(4));
    const own = ipTable + BigInt(4 * index);
    at.setInt32(0, Number(textStart + BigInt(rule.at) - own), true);
    memory.write(physical(own), new Uint8Array(at.buffer));
    memory.write(physical(entryTable) + 6 * index, entryBytes(rule, form, numbering));
  }
  const blocks = new DataView(new ArrayBuffer(4 * (textSizeInBytes / 256 + 1)));
  for (let block = 0; block <= textSizeInBytes / 256; block++) {
    const first = all.findLastIndex(({ at }) => at <= block * 256);
    blocks.setUint32(4 * block, Math.max(0, first), true);
  }
  memory.write(physical(lookupTable), new Uint8Array(blocks.buffer));
  memory.writeUint64(physical(stackStart), 0x57ac6e9dn);
  for (const [distance, word] of Object.entries(stack)) {
    memory.writeUint64(physical(stackStart) + stackSizeInBytes - Number(distance), word);
  }
  for (const [at, bytes] of Object.entries(instructions)) {
    memory.write(Number(at), Uint8Array.from(bytes));
  }
  memory.writeUint64(physical(task), stackStart);
  for (const [address, word] of Object.entries(words)) {
    memory.writeUint64(physical(BigInt(address)), word);
  }
  const kernel = testKernel({
    dump: memoryDump({ memory, architecture: x8664 }),
    memory: linearMemory(
      memory,
      places.map(([virtualAddress, physicalAddress]) => ({
        virtualAddress,
        physicalAddress,
        lengthInBytes: mib,
      })),
    ),
    symbols: symbolList({
      ...Object.fromEntries(
        Object.entries(functions).map(([name, at]) => [name, textStart + BigInt(at)]),
      ),
      ...symbols,
      _stext: textStart,
      _etext: textStart + BigInt(textSizeInBytes),
      __start_orc_unwind_ip: ipTable,
      __stop_orc_unwind_ip: ipTable + BigInt(4 * all.length),
      __start_orc_unwind: entryTable,
      __stop_orc_unwind: entryTable + BigInt(6 * all.length),
      ...(hasLookup
        ? { orc_lookup: lookupTable, orc_lookup_end: lookupTable + BigInt(blocks.byteLength) }
        : {}),
      init_stack: 0xffffffff83000000n,
      __end_init_stack: 0xffffffff83000000n + BigInt(stackSizeInBytes),
    }),
    ...(hasTypes
      ? { types: btfTypes(typesOf(form, structs), { from: 'BTF', wordSizeInBits: 64 }) }
      : {}),
  });
  return { kernel, memory };
}

function typesOf(form: Form, structs: Parameters<typeof structsBtf>[0]): Uint8Array {
  return structsBtf({
    task_struct: { size: 64, members: { stack: 0, pid: 8 } },
    orc_entry: {
      size: 6,
      members: {
        sp_offset: 0,
        ...(form === 'end' ? {} : { signal: 4 }),
        ...(form === 'signal' ? {} : { end: 5 }),
      },
    },
    ...structs,
  });
}

/** The unwinder of this package that has this name. */
export function unwinderNamed(name: string) {
  const found = plugin.unwinders?.find((each) => each.name === name);
  if (found === undefined) {
    throw new Error(`there is no unwinder '${name}'`);
  }
  return found;
}

/** Registers of the kernel: code segment 0x10. */
export function kernelRegisters(fields: Readonly<Record<string, bigint>>): Registers {
  return new Map(Object.entries({ cs: 0x10n, ...fields }));
}

/** An address in the text. */
export function code(at: number): bigint {
  return textStart + BigInt(at);
}

/** An address of the stack, by its distance from the end. */
export function onStack(distance: number): bigint {
  return stackStart + BigInt(stackSizeInBytes - distance);
}
