import { hex, type MemoryLayout, type PhysicalRange, type PlacedBytes } from '@vmcorekit/core';
import type { FirmwareMap } from './firmware-map.ts';
import { type MachineLayout, machineLayouts } from './machine-layouts.ts';
import { resetVectorAt } from './reset-vector.ts';

const fourGib: number = 2 ** 32;
/** Firmware keeps some RAM at the end of that below 4 GiB for itself: OVMF a few MiB. */
const maxReserved: number = 256 * 1024 * 1024;
/** LiME leaves out the page at 0, which is no System RAM of Linux. */
const firstPage = 0x1000;

/**
 * The layouts that a raw file of that size may have, the likeliest first. What a list of
 * the firmware says comes first, if it fits the size; then, that a BIOS lies at its own address.
 * Then come the layouts of the usual machines. That the file begins at address 0 and has no hole is
 * always possible.
 */
export function layoutsOf(
  sizeInBytes: number,
  maps: readonly FirmwareMap[],
  hasBiosInPlace: boolean,
): readonly MemoryLayout[] {
  if (sizeInBytes === 0) {
    return [];
  }
  const stated = maps.flatMap((map) => statedBy(map, sizeInBytes));
  const assumed = machineLayouts.flatMap((machine) => assumedFor(machine, sizeInBytes));
  const padded = padding(sizeInBytes);
  // Where nothing of the file can lie above a hole, it begins at 0: most files do.
  const usual = assumed.some(({ architectures }) => architectures?.includes('x86_64'))
    ? [...assumed, padded]
    : [padded, ...assumed];
  const seen = new Set<string>();
  const byBios = hasBiosInPlace ? [paddingByBios(padded)] : [];
  return [...stated, ...byBios, ...usual].filter(({ placed, architectures }) => {
    const key = JSON.stringify([placed, architectures]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** The layout that the user gives, or the container of the file. */
export function toldLayout(
  placed: readonly PlacedBytes[],
  because: string = 'the addresses were given',
): MemoryLayout {
  return {
    name: nameOf(placed),
    placed,
    basis: 'told',
    because,
    at: [],
    architectures: null,
  };
}

/** The layout of RAM that is in these ranges, as something beside the file says. */
export function layoutOfRanges(
  ranges: readonly PhysicalRange[],
  sizeInBytes: number,
  because: string,
): MemoryLayout {
  const placed = placedIn(ranges, sizeInBytes);
  return { name: nameOf(placed), placed, basis: 'stated', because, at: [], architectures: null };
}

function padding(sizeInBytes: number): MemoryLayout {
  const placed = [{ address: 0, lengthInBytes: sizeInBytes, fileOffset: 0 }];
  return {
    name: nameOf(placed),
    placed,
    basis: 'assumed',
    because: 'each byte lies at the address that is its offset in the file',
    at: [],
    architectures: null,
  };
}

function paddingByBios(padded: MemoryLayout): MemoryLayout {
  return {
    ...padded,
    basis: 'stated',
    because: `the first instruction of a BIOS lies at ${hex(resetVectorAt)} of the file, its own address`,
    at: [{ fileOffset: resetVectorAt }],
    architectures: ['x86_64', 'i386'],
  };
}

function assumedFor(machine: MachineLayout, sizeInBytes: number): MemoryLayout[] {
  const { maker, architectures, ranges, leastRam = 0 } = machine;
  const placed = placedIn(ranges, sizeInBytes);
  // A machine with little RAM has no hole, and its file is no other than one without.
  const isOther = placed.length > 1 || (placed[0]?.address ?? 0) > 0;
  return sizeInBytes <= leastRam || !isOther
    ? []
    : [
        {
          name: nameOf(placed),
          placed,
          basis: 'assumed',
          because: `machines of ${maker} have it`,
          at: [],
          architectures,
        },
      ];
}

/** What a list of the firmware makes of a file of that size; nothing where it does not fit. */
function statedBy({ ram, fileOffset }: FirmwareMap, sizeInBytes: number): MemoryLayout[] {
  const low = ram.filter(({ start }) => start < fourGib);
  const high = ram.filter(({ start }) => start >= fourGib);
  const lowEnd = low.at(-1)?.end ?? 0;
  const end = ram.at(-1)?.end ?? 0;
  const layoutOf = (ranges: readonly PhysicalRange[], because: string): MemoryLayout => {
    const placed = placedIn(ranges, sizeInBytes);
    return {
      name: nameOf(placed),
      placed,
      basis: 'stated',
      because,
      at: [{ fileOffset }],
      architectures: ['x86_64', 'i386'],
    };
  };
  const where = `the firmware's list of memory at ${hex(fileOffset)} of the file`;
  const withoutFirst = ram.map((range, index) =>
    index === 0 ? { ...range, start: Math.max(range.start, firstPage) } : range,
  );
  const concatenated = [withoutFirst, ram].find((ranges) => sizeOf(ranges) === sizeInBytes);
  if (concatenated !== undefined) {
    return [layoutOf(concatenated, `the RAM in ${where} adds up to the size of the file`)];
  }
  const below = sizeInBytes - sizeOf(high);
  if (high.length === 0 || end === sizeInBytes) {
    const isWhole = sizeInBytes >= lowEnd && sizeInBytes - end <= maxReserved;
    return isWhole
      ? [layoutOf([{ start: 0, end: sizeInBytes }], `RAM ends at ${hex(end)} in ${where}`)]
      : [];
  }
  return below >= lowEnd && below - lowEnd <= maxReserved && below < fourGib
    ? [
        layoutOf(
          [{ start: 0, end: below }, ...high],
          `${where} has ${hex(sizeOf(high))} bytes from ${hex(high[0]?.start ?? 0)} on`,
        ),
      ]
    : [];
}

function sizeOf(ranges: readonly PhysicalRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
}

/** The bytes of the file in these ranges, one after the other. */
function placedIn(ranges: readonly PhysicalRange[], sizeInBytes: number): PlacedBytes[] {
  const placed: PlacedBytes[] = [];
  let fileOffset = 0;
  for (const { start, end } of ranges) {
    const lengthInBytes = Math.min(end - start, sizeInBytes - fileOffset);
    if (lengthInBytes > 0) {
      placed.push({ address: start, lengthInBytes, fileOffset });
      fileOffset += lengthInBytes;
    }
  }
  return placed;
}

/** Where memory lies, in words: `0x0 to 0x80000000 and 0x100000000 to 0x1c0000000`. */
function nameOf(placed: readonly PlacedBytes[]): string {
  const shown = placed
    .slice(0, maxNamed)
    .map(({ address, lengthInBytes }) => `${hex(address)} to ${hex(address + lengthInBytes)}`);
  const more = placed.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(' and ');
}

const maxNamed = 4;
