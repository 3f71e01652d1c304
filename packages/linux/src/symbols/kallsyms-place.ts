import type {
  Dump,
  KernelLayout,
  PhysicalAddress,
  PhysicalMemory,
  VmcoreInfo,
} from '@vmcorekit/core';
import type { ParsedNote } from '../vmcoreinfo/own-notes.ts';
import { vmcoreInfoClaim } from '../vmcoreinfo/vmcoreinfo-claim.ts';
import type { PhysicalKallsyms } from './physical-kallsyms.ts';

/** VMCOREINFO names five parts (Linux 6.0 and later). So many fit the table of one build only. */
const fewestParts = 3;
const tokenTable = 'kallsyms_token_table';

/** Where the kernel of a symbol table lies, by the place of the table itself. */
export interface ImagePlace {
  readonly found: PhysicalKallsyms;
  readonly imageOffset: bigint;
  /** The table's own symbol of its tokens gives the offset; else the note's does. */
  readonly isBySymbol: boolean;
  /** The note of the same kernel; undefined where none is in memory. */
  readonly note: ParsedNote | undefined;
}

/**
 * The places of tables that are where their kernel says: the virtual address of the tokens, less
 * where they lie, is an image offset. That address stands in the table's own symbols
 * (CONFIG_KALLSYMS_ALL, until 7.0) or in the VMCOREINFO of the same kernel. Copies that were loaded
 * and never ran are not where they say: their offset is no multiple of the layout's alignment. A
 * table that fits several notes has no place.
 */
export function placesOfTables(
  dump: Dump,
  tables: readonly PhysicalKallsyms[],
  notes: readonly ParsedNote[],
): ImagePlace[] {
  const { layout, image } = dump;
  return layout === null
    ? []
    : tables.flatMap((found) => {
        const own = offsetBySymbol(found);
        const fitting = notes.flatMap((note) => {
          const imageOffset = offsetByNote(dump, found, note);
          const fits =
            imageOffset !== undefined &&
            (own === undefined || own === imageOffset) &&
            isPossible(layout, image.memory, found, imageOffset);
          return fits ? [{ note, imageOffset }] : [];
        });
        const offsets = new Set(fitting.map(({ imageOffset }) => imageOffset));
        const imageOffset = own ?? (offsets.size === 1 ? fitting[0]?.imageOffset : undefined);
        return imageOffset === undefined || !isPossible(layout, image.memory, found, imageOffset)
          ? []
          : [{ found, imageOffset, isBySymbol: own !== undefined, note: fitting[0]?.note }];
      });
}

/**
 * The KASLR offset of a kernel that runs, proved by a copy of the same build in memory that never
 * ran: a kernel file of an initramfs, the boot stub's image. The copy's own symbols say that it is
 * not where they put it, and they have the text where Linux links it. (A copy of a kernel that ran,
 * such as a nested guest's, has addresses that KASLR moved.) Undefined where there is no such copy,
 * or copies disagree.
 */
export function kaslrOffsetByCopy(
  layout: KernelLayout,
  { found }: ImagePlace,
  tables: readonly PhysicalKallsyms[],
): number | undefined {
  const own = found.table.find('_stext')?.address;
  const distances = tables.flatMap((copy) => {
    const linked = copy.table.find('_stext')?.address;
    return own !== undefined &&
      linked !== undefined &&
      isOfOneBuild(found, copy) &&
      hasNeverRun(layout, copy) &&
      layout.isTextLinkAddress?.(linked) === true
      ? [Number(own - linked)]
      : [];
  });
  const [distance] = new Set(distances);
  return new Set(distances).size === 1 && distance !== undefined && distance >= 0
    ? distance
    : undefined;
}

/** Linux places images at multiples of the alignment only. */
function hasNeverRun({ imageAlignmentInBytes }: KernelLayout, copy: PhysicalKallsyms): boolean {
  const offset = offsetBySymbol(copy);
  return offset !== undefined && offset % BigInt(imageAlignmentInBytes) !== 0n;
}

function isOfOneBuild(one: PhysicalKallsyms, other: PhysicalKallsyms): boolean {
  const [mine, theirs] = [one.table.parts, other.table.parts];
  return (
    one.byteOrder === other.byteOrder &&
    !one.arePhysical &&
    !other.arePhysical &&
    mine.names.count === theirs.names.count &&
    [...one.parts.keys()].every((name) => placeIn(one, name) === placeIn(other, name)) &&
    mine.tokens.bytes.length === theirs.tokens.bytes.length &&
    mine.tokens.bytes.every((byte, index) => byte === theirs.tokens.bytes[index]) &&
    distanceOfText(one) === distanceOfText(other)
  );
}

/** The physical address of the tokens, by which a table is found. */
export function tokenAddressOf({ parts }: PhysicalKallsyms): PhysicalAddress {
  return parts.get(tokenTable) ?? 0;
}

/** The distance of a part from the tokens. */
function placeIn(found: PhysicalKallsyms, name: string): number {
  return (found.parts.get(name) ?? Number.NaN) - tokenAddressOf(found);
}

function distanceOfText({ table }: PhysicalKallsyms): bigint | undefined {
  const [start, end] = ['_stext', '_etext'].map((name) => table.find(name)?.address);
  return start === undefined || end === undefined ? undefined : end - start;
}

function offsetBySymbol({ table, parts, arePhysical }: PhysicalKallsyms): bigint | undefined {
  const virtual = arePhysical ? undefined : table.find(tokenTable)?.address;
  const physical = parts.get(tokenTable);
  return virtual === undefined || physical === undefined
    ? undefined
    : difference(virtual, BigInt(physical));
}

/**
 * The offset of a table by a note. Undefined where the note is of another kernel: one of another
 * build has its parts at other distances, and one elsewhere in virtual memory has another `_stext`.
 * Where the note states an offset itself, the two must agree.
 */
function offsetByNote(
  dump: Dump,
  { table, parts, arePhysical, byteOrder }: PhysicalKallsyms,
  note: ParsedNote,
): bigint | undefined {
  const { info } = note;
  const imageOffset = distanceInNote(info, parts);
  const text = info.symbol('_stext');
  const own = table.find('_stext')?.address;
  if (imageOffset === undefined || text === undefined || own === undefined) {
    return undefined;
  }
  const stated = vmcoreInfoClaim(info, dump).imageOffset;
  const isSame =
    note.byteOrder === byteOrder &&
    text === (arePhysical ? BigInt.asUintN(64, own + imageOffset) : own) &&
    (stated === undefined || stated === imageOffset);
  return isSame ? imageOffset : undefined;
}

/**
 * How far from a table's parts a note has them, modulo 2^64: 0 where `parts` are virtual addresses
 * of the same kernel. Undefined where it does not have them all at one distance, or has too few.
 */
export function distanceInNote(
  info: VmcoreInfo,
  parts: ReadonlyMap<string, bigint | number>,
): bigint | undefined {
  const distances = [...parts].flatMap(([name, address]) => {
    const virtual = info.symbol(name);
    return virtual === undefined ? [] : [difference(virtual, BigInt(address))];
  });
  const [distance] = distances;
  return distances.length >= fewestParts && distances.every((each) => each === distance)
    ? distance
    : undefined;
}

/** Linux places images at multiples of the alignment, and text lies in memory. */
function isPossible(
  layout: KernelLayout,
  { ranges }: PhysicalMemory,
  found: PhysicalKallsyms,
  imageOffset: bigint,
): boolean {
  const fixed = layout.isOffsetShared ? layout.imageOffsetOf({}) : undefined;
  const text = startOfText(found, imageOffset);
  return (
    imageOffset % BigInt(layout.imageAlignmentInBytes) === 0n &&
    (fixed === undefined || fixed === imageOffset) &&
    text !== undefined &&
    ranges.some(({ start, end }) => BigInt(start) <= text && text < BigInt(end))
  );
}

/** The physical address of `_stext`. */
function startOfText(
  { table, arePhysical }: PhysicalKallsyms,
  imageOffset: bigint,
): bigint | undefined {
  const address = table.find('_stext')?.address;
  return address === undefined || arePhysical ? address : difference(address, imageOffset);
}

function difference(one: bigint, other: bigint): bigint {
  return BigInt.asUintN(64, one - other);
}
