import { type Kernel, lowestIndex, VmcorekitError } from '@vmcorekit/core';
import { callFramesOf } from '@vmcorekit/linux';
import { callFrameSection } from './call-frame-section.ts';
import { type ElfMachine, type ElfSection, elfFile, sectionFlag, sectionType } from './elf-file.ts';
import { type KernelSection, kernelSections } from './kernel-sections.ts';
import { elfMachineOf, type SymbolFileMachine, symbolFileMachineOf } from './machines.ts';
import { type Deflate, packedSections } from './packed-section.ts';
import { type PlacedSymbol, placedSymbols, symbolTableBytes } from './symbol-table.ts';
import { type SectionsAndRemarks, typeSections } from './type-sections.ts';

/** No symbol file is as long, and ELF of 32 bits has this offset, too. */
const beyondTheEnd = 0x7000_0000;

/** A symbol file, and what is in it. */
export interface SymbolFileReport {
  readonly bytes: Uint8Array;
  readonly symbolCount: number;
  /** Whether it says how each function is left; else debuggers read code to find out. */
  readonly hasFrames: boolean;
  readonly hasTypes: boolean;
  /** What is missing, a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * An ELF file of the dump alone that a debugger takes in place of a vmlinux. It has the symbols of
 * the kernel and its modules at their run-time addresses, rules to leave each function, and the
 * types that the kernel keeps. It holds no code or data. Throws `unsupported` for an architecture
 * that is not known, and where there are no symbols.
 */
export function symbolFile(kernel: Kernel): SymbolFileReport {
  const steps = symbolFileSteps(kernel);
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

/**
 * What a debugger reads of the kernel's memory in the file: zeros, or nothing. For the latter, the
 * sections lie beyond the file's end, and its server must claim that it is longer: BFD
 * warns of each section else.
 */
export type FileContents = 'zeros' | 'unreadable';

/**
 * As `symbolFile`, in steps of some tenths of a second. Each yields what is done next. `deflate`
 * makes a zlib stream of bytes: the sections that debuggers inflate are then packed.
 */
export function* symbolFileSteps(
  kernel: Kernel,
  contents: FileContents = 'zeros',
  deflate?: Deflate,
): Generator<string, SymbolFileReport, void> {
  const machine = symbolFileMachineOf(kernel);
  if (machine === undefined) {
    throw new VmcorekitError('unsupported', {
      what: `a symbol file for ${kernel.dump.architecture?.name ?? 'this machine'}`,
      advice: 'no number of it in ELF is known',
    });
  }
  if (kernel.symbols.size === 0) {
    throw new VmcorekitError('unsupported', {
      what: 'a symbol file of a kernel without symbols',
      advice: 'give a System.map by --symbols',
    });
  }
  yield 'reading the symbols';
  const elf = elfMachineOf(machine, kernel);
  const memory = kernelSections(kernel);
  const indexes = new Map(memory.map((section, index) => [section, index + 1]));
  const symbols = yield* placedSymbols(kernel, memory, (section) => indexes.get(section) ?? 0);
  yield 'writing the symbols';
  const table = symbolTableBytes(symbols, elf.byteOrder, elf.wordSizeInBytes);
  yield 'reading the unwind tables';
  const frames = frameSection(kernel, machine, elf, symbols);
  yield 'reading the types';
  const types = yield* typeSections(kernel, elf, memory, symbols);
  const debug = yield* packedSections([...frames.sections, ...types.sections], elf, deflate);
  yield 'joining the sections';
  const bytes = elfFile(elf, [
    ...memory.map((section) => memorySection(section, contents)),
    {
      name: '.symtab',
      type: sectionType.SYMTAB,
      bytes: table.symbols,
      link: memory.length + 2,
      info: table.localCount,
      entrySizeInBytes: table.entrySizeInBytes,
    },
    { name: '.strtab', type: sectionType.STRTAB, bytes: table.names },
    ...debug,
  ]);
  return {
    bytes,
    symbolCount: symbols.length,
    hasFrames: frames.sections.length > 0,
    hasTypes: types.sections.length > 0,
    remarks: [...frames.remarks, ...types.remarks],
  };
}

function frameSection(
  kernel: Kernel,
  { frames: registers }: SymbolFileMachine,
  { byteOrder, wordSizeInBytes }: ElfMachine,
  symbols: readonly PlacedSymbol[],
): SectionsAndRemarks {
  const frames = registers === undefined ? undefined : callFramesOf(kernel);
  if (registers === undefined || frames === undefined) {
    return { sections: [], remarks: [] };
  }
  if (typeof frames === 'string') {
    return { sections: [], remarks: [`debuggers guess how functions are left: ${frames}`] };
  }
  const bytes = callFrameSection(
    frames.blocks(),
    registers,
    nextFunctionOf(symbols),
    byteOrder,
    wordSizeInBytes,
  );
  return {
    sections: [{ name: '.debug_frame', type: sectionType.PROGBITS, bytes }],
    remarks: frames.remarks,
  };
}

function memorySection(
  { name, start, end, isCode }: KernelSection,
  contents: FileContents,
): ElfSection {
  const { ALLOC, EXECINSTR, WRITE } = sectionFlag;
  return {
    name,
    ...(contents === 'zeros'
      ? { type: sectionType.NOBITS }
      : { type: sectionType.PROGBITS, fileOffset: beyondTheEnd }),
    flags: isCode ? ALLOC | EXECINSTR : ALLOC | WRITE,
    address: start,
    sizeInBytes: end - start,
  };
}

/** Where the first function after an address begins. */
function nextFunctionOf(symbols: readonly PlacedSymbol[]): (address: bigint) => bigint | undefined {
  const starts = BigUint64Array.from(
    symbols.flatMap(({ address, isFunction }) => (isFunction ? [address] : [])),
  );
  return (address) => starts[lowestIndex(starts.length, (at) => (starts[at] as bigint) <= address)];
}
