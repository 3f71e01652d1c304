import { type Dump, type PhysicalAddress, type SymbolTable, VmcoreInfo } from '@vmcorekit/core';
import { partsOfKallsyms } from '../symbols/kallsyms/kallsyms-table.ts';
import { distanceInNote } from '../symbols/kallsyms-place.ts';
import { vmcoreInfoAt } from './vmcoreinfo-scan.ts';

/**
 * Whether a VMCOREINFO has `_stext` and the parts of kallsyms where the symbols of a kernel have
 * them: no note of another build or another place does.
 */
export function isNoteOfSymbols(symbols: SymbolTable, info: VmcoreInfo): boolean {
  const text = symbols.find('_stext')?.address;
  return (
    text !== undefined &&
    info.symbol('_stext') === text &&
    distanceInNote(info, partsOfKallsyms(symbols)) === 0n
  );
}

/**
 * The VMCOREINFO of the kernel with these symbols, among notes at places in memory. Undefined where
 * it is none of them, or more than one.
 */
export function noteOfSymbols(
  { image }: Dump,
  symbols: SymbolTable,
  places: readonly PhysicalAddress[],
): VmcoreInfo | undefined {
  const notes = [...new Set(places)].flatMap((place) => {
    const note = vmcoreInfoAt(image.memory, place);
    const info = note === undefined ? undefined : new VmcoreInfo(note.text);
    return info !== undefined && isNoteOfSymbols(symbols, info) ? [info] : [];
  });
  return notes.length === 1 ? notes[0] : undefined;
}
