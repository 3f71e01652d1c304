import type { Kernel } from '@vmcorekit/core';
import { knownVariables, typeEntriesOf } from '@vmcorekit/linux';
import { abbreviationSection } from './abbreviations.ts';
import { DebugInfoUnit } from './debug-info.ts';
import { type ElfMachine, type ElfSection, sectionFlag, sectionType } from './elf-file.ts';
import type { KernelSection } from './kernel-sections.ts';
import { NameSection } from './name-section.ts';
import type { PlacedSymbol } from './symbol-table.ts';
import { onlyOfName } from './typed-places.ts';

/** Sections of a file, and what is missing in them. */
export interface SectionsAndRemarks {
  readonly sections: readonly ElfSection[];
  readonly remarks: readonly string[];
}

/**
 * `.debug_info` and its parts: the types of the kernel, its functions with their parameters, and
 * the variables whose type is known. A sentence where the kernel keeps no types.
 */
export function* typeSections(
  kernel: Kernel,
  { byteOrder, wordSizeInBytes }: ElfMachine,
  memory: readonly KernelSection[],
  symbols: readonly PlacedSymbol[],
): Generator<string, SectionsAndRemarks, void> {
  const entries = typeEntriesOf(kernel);
  if (typeof entries === 'string') {
    return { sections: [], remarks: [`no types, so no members by name: ${entries}`] };
  }
  yield 'writing the types';
  const names = new NameSection(byteOrder);
  const unit = new DebugInfoUnit(entries, names, byteOrder, wordSizeInBytes);
  const ofKernel = symbols.filter(({ isOfKernel }) => isOfKernel);
  // Of several names at one address, gdb must show the one that has the size.
  const functions = onlyOfName(
    ofKernel,
    ({ isFunction, sizeInBytes }) => isFunction && sizeInBytes > 0n,
  );
  const variables = onlyOfName(ofKernel, ({ isFunction }) => !isFunction);
  unit.begin({ name: 'vmlinux', ...codeRangeOf(memory) });
  const typed = unit.types(
    (name) => functions.get(name),
    (name) => variables.get(name),
  );
  for (const _ of typed) {
    yield 'writing the types';
  }
  for (const { symbol, of, derivations } of knownVariables(kernel, entries)) {
    const { name, address } = symbol;
    unit.variable({ name, address, sizeInBytes: 0n }, of, derivations);
  }
  const remarks = unit.isWhole ? [] : ['the types of the kernel are too large: some are left out'];
  return {
    sections: [
      debugSection('.debug_info', unit.end()),
      debugSection('.debug_abbrev', abbreviationSection()),
      {
        ...debugSection('.debug_str', names.written()),
        flags: sectionFlag.MERGE | sectionFlag.STRINGS,
        entrySizeInBytes: 1,
      },
    ],
    remarks,
  };
}

function debugSection(name: string, bytes: Uint8Array): ElfSection {
  return { name, type: sectionType.PROGBITS, bytes };
}

/** From the first code of the kernel's image to its last. */
function codeRangeOf(memory: readonly KernelSection[]): { start: bigint; end: bigint } {
  const code = memory.filter(({ isCode, isOfKernel }) => isCode && isOfKernel);
  return { start: code[0]?.start ?? 0n, end: code.at(-1)?.end ?? 0n };
}
