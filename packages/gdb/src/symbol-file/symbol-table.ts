import {
  type ByteOrder,
  type Kernel,
  type KernelSymbol,
  lowestIndex,
  printable,
} from '@vmcorekit/core';
import { allSymbols, runTimeNamesOf, tracerCodeOf } from '@vmcorekit/linux';
import { ByteWriter } from './byte-writer.ts';
import type { KernelSection } from './kernel-sections.ts';

/** Ten times what a kernel and its modules have. */
const maxSymbols = 2_000_000;
/** KSYM_NAME_LEN. Source: Linux, include/linux/kallsyms.h. */
const maxNameLength = 512;
const SHN_ABS = 0xfff1;
const binding = { LOCAL: 0, GLOBAL: 1, WEAK: 2 } as const;
/** Letters of `nm`: those of functions, where they lie in code, and those of weak symbols. */
const codeLetters: ReadonlySet<string> = new Set('tTwW');
const weakLetters: ReadonlySet<string> = new Set('wWvV');
/**
 * The padding before a function, and its name after this, come in this order. So one text has both.
 * Source: Linux 6.2, tools/objtool/elf.c (elf_create_prefix_symbol).
 */
const paddingPrefix = '__pfx_';
/** Some hundredths of a second. */
const symbolsPerStep = 8192;
const symbolType = { NOTYPE: 0, OBJECT: 1, FUNC: 2 } as const;

/** A symbol, and which section it lies in. */
export interface PlacedSymbol {
  readonly name: string;
  readonly address: bigint;
  readonly sizeInBytes: bigint;
  /** The index in the file; `SHN_ABS` outside all sections. */
  readonly sectionIndex: number;
  readonly isFunction: boolean;
  readonly isOfKernel: boolean;
  readonly binding: number;
}

/**
 * The symbols of a kernel, its modules and what it made, ascending within each. One lies in the
 * section that holds its address, and ends at the next symbol or with the section. `indexOf` has
 * the index of a section in the file. Yields after each few thousand symbols.
 */
export function* placedSymbols(
  kernel: Kernel,
  sections: readonly KernelSection[],
  indexOf: (section: KernelSection) => number,
): Generator<string, PlacedSymbol[], void> {
  const all: KernelSymbol[] = [];
  for (const symbol of allNames(kernel)) {
    if (all.length >= maxSymbols) {
      break;
    }
    all.push(symbol);
    if (all.length % symbolsPerStep === 0) {
      yield 'listing the symbols';
    }
  }
  yield 'sorting the symbols';
  all.sort((one, other) =>
    one.address < other.address ? -1 : one.address > other.address ? 1 : 0,
  );
  const placed: PlacedSymbol[] = [];
  let at = 0;
  while (at < all.length) {
    const { address } = all[at] as KernelSymbol;
    let after = at + 1;
    while (all[after]?.address === address) {
      after++;
    }
    const section = sectionAt(sections, address);
    const end = endOf(all[after]?.address, section) ?? address;
    for (let index = at; index < after; index++) {
      placed.push(placedSymbol(all[index] as KernelSymbol, section, end, index === at, indexOf));
      if (placed.length % symbolsPerStep === 0) {
        yield 'placing the symbols';
      }
    }
    at = after;
  }
  return placed;
}

function endOf(next: bigint | undefined, section: KernelSection | undefined): bigint | undefined {
  return section === undefined || (next !== undefined && next < section.end) ? next : section.end;
}

/**
 * Of several at one address, the first has the size: it is the one that the kernel prints, and gdb
 * prefers one with a size.
 */
function placedSymbol(
  symbol: KernelSymbol,
  section: KernelSection | undefined,
  end: bigint,
  isFirst: boolean,
  indexOf: (section: KernelSection) => number,
): PlacedSymbol {
  const { address, module, type } = symbol;
  const own = module === null ? null : symbol.sizeInBytes;
  const size = section === undefined || !isFirst ? 0n : own === null ? end - address : BigInt(own);
  return {
    name: printable(symbol.name.slice(0, maxNameLength)),
    address,
    sizeInBytes: size,
    sectionIndex: section === undefined ? SHN_ABS : indexOf(section),
    isFunction: section?.isCode === true && (type === null || codeLetters.has(type)),
    isOfKernel: module === null,
    binding: bindingOf(type ?? ''),
  };
}

function bindingOf(letter: string): number {
  if (weakLetters.has(letter)) {
    return binding.WEAK;
  }
  return (letter >= 'A' && letter <= 'Z') || letter === 'u' ? binding.GLOBAL : binding.LOCAL;
}

/** The section that holds an address, of some that ascend. */
export function sectionAt(
  sections: readonly KernelSection[],
  address: bigint,
): KernelSection | undefined {
  const after = lowestIndex(sections.length, (at) => (sections[at]?.start ?? 0n) <= address);
  const section = sections[after - 1];
  return section !== undefined && address < section.end ? section : undefined;
}

function* allNames(kernel: Kernel): Generator<KernelSymbol, void, void> {
  yield* allSymbols(kernel);
  yield* runTimeNamesOf(kernel).made();
  yield* tracedReturns(kernel);
}

/**
 * Debuggers name a return address by the byte before it, which is of another function where a
 * tracer replaced the address by that of its code. So that byte has the name of the code.
 */
function tracedReturns(kernel: Kernel): KernelSymbol[] {
  return tracerCodeOf(kernel).flatMap((address) => {
    const symbol = kernel.symbols.at(address);
    return symbol?.address === address
      ? [{ ...symbol, address: address - 1n, sizeInBytes: 1, type: 't' }]
      : [];
  });
}

/** What `.symtab` and `.strtab` hold, and how many symbols are local. */
export interface SymbolTableBytes {
  readonly symbols: Uint8Array;
  readonly names: Uint8Array;
  readonly localCount: number;
  readonly entrySizeInBytes: number;
}

/** The symbols as an ELF file has them: the local ones first. */
export function symbolTableBytes(
  symbols: readonly PlacedSymbol[],
  byteOrder: ByteOrder,
  wordSizeInBytes: 4 | 8,
): SymbolTableBytes {
  const entrySizeInBytes = wordSizeInBytes === 8 ? 24 : 16;
  const sizeInBytes = entrySizeInBytes * (symbols.length + 1);
  const out = new ByteWriter(byteOrder, wordSizeInBytes, sizeInBytes);
  const names = new ByteWriter(byteOrder, wordSizeInBytes, sizeInBytes);
  const offsets = new Map<string, number>();
  names.text('');
  const write = (symbol: PlacedSymbol): void => {
    const known = offsets.get(symbol.name);
    const nameOffset = known ?? names.length;
    if (known === undefined) {
      offsets.set(symbol.name, nameOffset);
      names.text(symbol.name);
      if (symbol.name.startsWith(paddingPrefix)) {
        offsets.set(symbol.name.slice(paddingPrefix.length), nameOffset + paddingPrefix.length);
      }
    }
    writeSymbol(out, symbol, nameOffset);
  };
  out.fill(entrySizeInBytes, 0);
  const isLocal = (symbol: PlacedSymbol) => symbol.binding === binding.LOCAL;
  const locals = symbols.filter(isLocal);
  for (const symbol of locals) {
    write(symbol);
  }
  for (const symbol of symbols) {
    if (!isLocal(symbol)) {
      write(symbol);
    }
  }
  return {
    symbols: out.written(),
    names: names.written(),
    localCount: locals.length + 1,
    entrySizeInBytes,
  };
}

/** `Elf64_Sym` and `Elf32_Sym`. Source: System V gABI, "Symbol Table". */
function writeSymbol(out: ByteWriter, symbol: PlacedSymbol, nameOffset: number): void {
  const { address, sizeInBytes, sectionIndex, isFunction } = symbol;
  const isSized = sectionIndex !== SHN_ABS;
  const type = isFunction ? symbolType.FUNC : isSized ? symbolType.OBJECT : symbolType.NOTYPE;
  const info = (symbol.binding << 4) | type;
  out.uint32(nameOffset);
  if (out.wordSizeInBytes === 8) {
    out.uint8(info);
    out.uint8(0);
    out.uint16(sectionIndex);
    out.uint64(address);
    out.uint64(sizeInBytes);
  } else {
    out.word(address);
    out.word(sizeInBytes);
    out.uint8(info);
    out.uint8(0);
    out.uint16(sectionIndex);
  }
}
