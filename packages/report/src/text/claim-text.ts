import {
  hex,
  type KernelClaim,
  type Place,
  printable,
  type TranslationRoot,
} from '@vmcorekit/core';

/** What a row of evidence claims, in the field's words. */
export function claimText(claim: KernelClaim): string {
  const parts = [
    ...(claim.imageOffset === undefined || claim.physBase !== undefined
      ? []
      : [`image offset ${hex(claim.imageOffset)}`]),
    claim.physBase === undefined ? [] : [`phys_base ${hex(claim.physBase)}`],
    claim.kaslrOffset === undefined ? [] : [`KASLR ${hex(claim.kaslrOffset)}`],
    claim.textVirtualAddress === undefined ? [] : [`text ${hex(claim.textVirtualAddress)}`],
    claim.textPhysicalAddress === undefined ? [] : [`text at ${hex(claim.textPhysicalAddress)}`],
    claim.root === undefined ? [] : rootParts(claim.root),
    claim.release === undefined ? [] : [`release ${printable(claim.release)}`],
    claim.buildId === undefined ? [] : [`build ID ${printable(claim.buildId)}`],
  ].flat();
  return parts.length > 0
    ? parts.map(unbroken).join(', ')
    : claim.banner === undefined
      ? '–'
      : 'banner';
}

function rootParts({ tableAddress, levels, summary }: TranslationRoot): string[] {
  return tableAddress === null ? [summary] : [`root ${hex(tableAddress)}`, `${levels} levels`];
}

/** A name and its value stay on one line. */
function unbroken(part: string): string {
  return part.replaceAll(' ', '\u00a0');
}

export function placesText(places: readonly Place[]): string {
  const shown = places.slice(0, 3).map(placeText);
  return places.length > shown.length ? `${shown.join('; ')}; …` : shown.join('; ');
}

function placeText(place: Place): string {
  return placeWords(place)
    .map(({ text }) => text)
    .join(' ');
}

/** One word about a place, with the address that it names. */
export interface PlaceWord {
  readonly text: string;
  readonly physicalAddress?: number;
  readonly virtualAddress?: bigint;
}

/** A place in words: its note, file offset, physical and virtual address. */
export function placeWords({
  fileOffset,
  physicalAddress,
  virtualAddress,
  note,
}: Place): PlaceWord[] {
  return [
    ...(note === undefined ? [] : [{ text: printable(note) }]),
    ...(fileOffset === undefined ? [] : [{ text: `file ${hex(fileOffset)}` }]),
    ...(physicalAddress === undefined
      ? []
      : [{ text: `physical ${hex(physicalAddress)}`, physicalAddress }]),
    ...(virtualAddress === undefined
      ? []
      : [{ text: `virtual ${hex(virtualAddress)}`, virtualAddress }]),
  ];
}
