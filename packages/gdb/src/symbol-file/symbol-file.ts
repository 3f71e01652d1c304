import { type Kernel, lowestIndex, VmcorekitError } from '@vmcorekit/core';
import { callFramesOf } from '@vmcorekit/linux';
import { callFrameSection } from './call-frame-section.ts';
import { type ElfSection, elfFile, sectionFlag, sectionType } from './elf-file.ts';
import { type KernelSection, kernelSections } from './kernel-sections.ts';
import { elfMachineOf, symbolFileMachineOf } from './machines.ts';
import { type PlacedSymbol, placedSymbols, symbolTableBytes } from './symbol-table.ts';
import { typeSections } from './type-sections.ts';

/** A symbol file, and what is in it. */
export interface SymbolFileReport {
  readonly bytes: Uint8Array;
  readonly symbolCount: number;
  /** What is missing, a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * An ELF file of the dump alone that a debugger takes in place of a vmlinux: the symbols of the
 * kernel and its modules at their run-time addresses, and rules to leave each function. It holds no
 * code or data. Throws `unsupported` for an architecture that is not known, and where there are no
 * symbols.
 */
export function symbolFile(kernel: Kernel): SymbolFileReport {
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
      advice: 'give a System.map or vmlinux by --symbols',
    });
  }
  const elf = elfMachineOf(machine, kernel);
  const memory = kernelSections(kernel);
  const indexes = new Map(memory.map((section, index) => [section, index + 1]));
  const symbols = placedSymbols(kernel, memory, (section) => indexes.get(section) ?? 0);
  const table = symbolTableBytes(symbols, elf.byteOrder, elf.wordSizeInBytes);
  const sections: ElfSection[] = memory.map(memorySection);
  sections.push(
    {
      name: '.symtab',
      type: sectionType.SYMTAB,
      bytes: table.symbols,
      link: memory.length + 2,
      info: table.localCount,
      entrySizeInBytes: table.entrySizeInBytes,
    },
    { name: '.strtab', type: sectionType.STRTAB, bytes: table.names },
  );
  const remarks: string[] = [];
  const frames = machine.frames === undefined ? undefined : callFramesOf(kernel);
  if (machine.frames !== undefined && typeof frames === 'object') {
    remarks.push(...frames.remarks);
    sections.push({
      name: '.debug_frame',
      type: sectionType.PROGBITS,
      bytes: callFrameSection(
        frames.blocks(),
        machine.frames,
        nextFunctionOf(symbols),
        elf.byteOrder,
        elf.wordSizeInBytes,
      ),
    });
  } else if (typeof frames === 'string') {
    remarks.push(`a debugger guesses how functions are left: ${frames}`);
  }
  const types = typeSections(kernel, elf, memory, symbols);
  sections.push(...types.sections);
  remarks.push(...types.remarks);
  return { bytes: elfFile(elf, sections), symbolCount: symbols.length, remarks };
}

function memorySection({ name, start, end, isCode }: KernelSection): ElfSection {
  const { ALLOC, EXECINSTR, WRITE } = sectionFlag;
  return {
    name,
    type: sectionType.NOBITS,
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
