import {
  isZero,
  type Kernel,
  type KernelMemory,
  type ModuleMemory,
  StructView,
  type VirtualAddress,
} from '@vmcorekit/core';
import { number, optional, pointer } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import { isInZeroPage } from '../zero-page.ts';
import { TextTable } from './text-table.ts';

/** Three times the symbols of the largest modules. */
const maxSymbols = 2 ** 18;
const chunkSizeInBytes = 4096;

/** `Elf64_Sym` and `Elf32_Sym`. Source: the ELF specification. */
const elfSymbol = {
  64: { size: 24, info: 4, section: 6, value: 8, length: 16 },
  32: { size: 16, info: 12, section: 14, value: 4, length: 8 },
} as const;
const STB_GLOBAL = 1;

/** The symbols of a module, unsorted: what its ELF table says, entry by entry. */
export interface SymbolEntries {
  readonly names: TextTable;
  /** The lowest address of the module; `values` count from here. */
  readonly lowest: VirtualAddress;
  readonly count: number;
  readonly values: Float64Array;
  readonly nameOffsets: Uint32Array;
  /** A letter's code; 0 where it cannot be read. */
  readonly letters: Uint8Array;
  /** How long each is by its ELF entry; 0 where that says nothing. */
  readonly lengths: Float64Array;
  /** False where a page of the table is lost, so others may lie between these. */
  readonly isWhole: boolean;
}

/**
 * Reads `module.kallsyms`: entries with a section, a name, and an address in the module's memory.
 * Those in lost pages are left out. Undefined where the kernel keeps no symbols of modules, or the
 * tables lie outside the module. Throws where the description of the tables cannot be read. Source:
 * Linux, kernel/module/kallsyms.c.
 */
export function symbolEntriesOf(
  kernel: Pick<Kernel, 'memory' | 'types'>,
  module: VirtualAddress,
  ranges: readonly ModuleMemory[],
): SymbolEntries | undefined {
  const { memory, types } = kernel;
  const member = types.struct('module')?.member('kallsyms');
  if (member === undefined || types.struct('mod_kallsyms') === undefined || ranges.length === 0) {
    return undefined;
  }
  const at = memory.readPointer(module + BigInt(member.offsetInBytes));
  const table = structReader(kernel, 'mod_kallsyms', {
    symbols: pointer('symtab'),
    count: number('num_symtab'),
    names: pointer('strtab'),
    letters: optional(pointer('typetab')),
  }).read(at);
  const layout = elfSymbol[memory.wordSizeInBits];
  const namesRange = rangeOf(ranges, table.names);
  if (
    namesRange === undefined ||
    table.count > maxSymbols ||
    rangeOf(ranges, table.symbols, table.count * layout.size) === undefined
  ) {
    return undefined;
  }
  const lowest = ranges.reduce((low, { base }) => (base < low ? base : low), ranges[0]?.base ?? 0n);
  const entries = {
    names: new TextTable(memory, table.names, Number(endOf(namesRange) - table.names)),
    lowest,
    count: 0,
    values: new Float64Array(table.count),
    nameOffsets: new Uint32Array(table.count),
    letters: new Uint8Array(table.count),
    lengths: new Float64Array(table.count),
    isWhole: true,
  };
  const { bytes, isWhole } = readPartly(memory, table.symbols, table.count * layout.size);
  entries.isWhole = isWhole;
  const letters =
    table.letters === null || rangeOf(ranges, table.letters, table.count) === undefined
      ? undefined
      : readPartly(memory, table.letters, table.count).bytes;
  const view = new StructView(bytes, memory.byteOrder, 'symbols of a module');
  for (let index = 0; index < table.count; index++) {
    const start = index * layout.size;
    const name = view.uint32(start);
    const wordAt = (place: number) =>
      layout.size === 24 ? view.uint64(start + place) : BigInt(view.uint32(start + place));
    const value = wordAt(layout.value);
    if (
      name !== 0 &&
      view.uint16(start + layout.section) !== 0 &&
      rangeOf(ranges, value, 0) !== undefined
    ) {
      const info = view.uint8(start + layout.info);
      entries.values[entries.count] = Number(value - lowest);
      entries.nameOffsets[entries.count] = name;
      entries.lengths[entries.count] = Number(wordAt(layout.length));
      // Until Linux 5.1 the letter stands in place of the entry's own kind.
      entries.letters[entries.count] =
        letters === undefined ? info : ofBinding(letters[index] ?? 0, info >> 4);
      entries.count++;
    }
  }
  return entries;
}

/** `nm` writes a global symbol's letter in upper case; the kernel's table does not. */
function ofBinding(letter: number, binding: number): number {
  const isLower = letter >= 0x61 && letter <= 0x7a;
  return binding === STB_GLOBAL && isLower ? letter - 0x20 : letter;
}

/** The range that holds all these bytes. */
export function rangeOf(
  ranges: readonly ModuleMemory[],
  address: VirtualAddress,
  lengthInBytes: number = 1,
): ModuleMemory | undefined {
  return ranges.find(
    (range) => address >= range.base && address + BigInt(lengthInBytes) <= endOf(range),
  );
}

export function endOf({ base, sizeInBytes }: ModuleMemory): VirtualAddress {
  return base + BigInt(sizeInBytes);
}

/** Bytes that cannot be read are zero, as entries without a name. So is a page of zeros lost. */
function readPartly(
  memory: KernelMemory,
  address: VirtualAddress,
  lengthInBytes: number,
): { readonly bytes: Uint8Array; readonly isWhole: boolean } {
  const bytes = new Uint8Array(lengthInBytes);
  let isWhole = true;
  for (let done = 0; done < lengthInBytes; ) {
    const at = address + BigInt(done);
    const toPageEnd = chunkSizeInBytes - Number(at % BigInt(chunkSizeInBytes));
    const length = Math.min(lengthInBytes - done, toPageEnd);
    const read = memory.tryRead(at, length);
    if (read !== undefined) {
      bytes.set(read, done);
    }
    isWhole &&= read !== undefined && !(isZero(read) && isInZeroPage(memory, at));
    done += length;
  }
  return { bytes, isWhole };
}
