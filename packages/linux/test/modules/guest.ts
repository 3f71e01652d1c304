import { x8664 } from '@vmcorekit/architectures';
import type { Kernel, SymbolTable, TypeTable } from '@vmcorekit/core';
import { btfTypes, runTimeNamesOf } from '@vmcorekit/linux';
import {
  type BuiltModuleFields,
  type BuiltModules,
  buildModules,
  linearMemory,
  type ModuleForm,
  memoryDump,
  modulesBtf,
  SparseMemory,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';

export const base = 0xffffffffc0000000n;
const sizeInBytes = 0x80000;

export interface Guest extends BuiltModules {
  readonly kernel: Kernel;
  readonly memory: SparseMemory;
  /** Writes words of 64 bits at an address. */
  put(address: bigint, ...words: readonly bigint[]): void;
  /** Leaves the page of an address out of the dump. */
  lose(address: bigint): void;
}

export interface GuestFields {
  readonly form?: ModuleForm;
  /** More of the kernel's own symbols. */
  readonly symbols?: Readonly<Record<string, bigint>>;
  /** Symbols that the kernel does not name. */
  readonly unnamed?: readonly string[];
}

const typesOf = new Map<ModuleForm, TypeTable>();

/** A kernel with these modules, the newest first. */
export function guestWith(
  modules: readonly BuiltModuleFields[],
  { form = '6.12', symbols = {}, unnamed = [] }: GuestFields = {},
): Guest {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  const types = typesOf.get(form) ?? btfTypes(modulesBtf(form), { wordSizeInBits: 64 });
  typesOf.set(form, types);
  const built = buildModules({ memory, base, from: 0x1000, form, types, modules });
  const known = Object.entries({ ...built.symbols, ...symbols }).filter(
    ([name]) => !unnamed.includes(name),
  );
  const table: SymbolTable = symbolList(Object.fromEntries(known));
  const kernel = testKernel({
    dump: memoryDump({ memory, architecture: x8664 }),
    memory: linearMemory(memory, [
      { virtualAddress: base, physicalAddress: 0, lengthInBytes: sizeInBytes },
    ]),
    types,
    symbols: Object.assign({}, table, {
      at: ((address, lookUp) => symbolAt(address, lookUp)) satisfies SymbolTable['at'],
    }),
  });
  const symbolAt: SymbolTable['at'] = (address, lookUp) => {
    const own = table.at(address, lookUp);
    return own?.address === address ? own : runTimeNamesOf(kernel).at(address, lookUp);
  };
  return {
    ...built,
    kernel,
    memory,
    put(address, ...words) {
      for (const [index, word] of words.entries()) {
        const bytes = new DataView(new ArrayBuffer(8));
        bytes.setBigUint64(0, BigInt.asUintN(64, word), true);
        memory.write(Number(address - base) + 8 * index, new Uint8Array(bytes.buffer));
      }
    },
    lose: (address) => memory.exclude(Number(address - base)),
  };
}
