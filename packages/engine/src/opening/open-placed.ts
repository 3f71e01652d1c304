import {
  type ByteSource,
  hex,
  JoinedSource,
  type PhysicalAddress,
  type PlacedBytes,
  plural,
  type SourceOpener,
  shownName,
  VmcorekitError,
} from '@vmcorekit/core';
import type { PlacedName } from './placed-names.ts';

/** Files that a user placed in physical memory, as one source. */
export interface PlacedFiles {
  readonly source: ByteSource;
  readonly placed: PlacesIn;
}

/**
 * The places of contents of this size: what a single file holds may be packed. Ascending by
 * address. Offsets count through all files, in the order in which they are named. Throws `usage`
 * for places that overlap, are empty, or are beyond the contents or all memory.
 */
export type PlacesIn = (sizeInBytes: number) => readonly PlacedBytes[];

/**
 * Opens the files that a user placed, each once. Throws what the opener throws. Of several files,
 * also what `checkPart` throws for one, and what their `PlacesIn` throws.
 */
export async function openPlaced(
  opener: SourceOpener,
  name: string,
  parts: readonly PlacedName[],
  checkPart: (part: ByteSource) => void,
): Promise<PlacedFiles> {
  const sources = new Map<string, ByteSource>();
  try {
    for (const { url } of parts) {
      if (!sources.has(url)) {
        sources.set(url, await opener.open(url));
      }
    }
    const [only, ...others] = sources;
    if (only !== undefined && others.length === 0) {
      const [url, source] = only;
      return {
        source,
        placed: (sizeInBytes) => placesOf(name, parts, url, sizeInBytes),
      };
    }
    for (const source of sources.values()) {
      checkPart(source);
    }
    const placed = placesIn(name, parts, sources);
    return {
      source: new JoinedSource(shownName(name), [...sources.values()]),
      placed: () => placed,
    };
  } catch (error) {
    for (const source of sources.values()) {
      source[Symbol.dispose]();
    }
    throw error;
  }
}

/** The places of contents of this size, in one file or entry. Throws `usage`, like `PlacesIn`. */
export function placesOf(
  name: string,
  parts: readonly PlacedName[],
  url: string,
  sizeInBytes: number,
): readonly PlacedBytes[] {
  return placesIn(name, parts, new Map([[url, { sizeInBytes }]]));
}

/** What follows a file's last part is where its next part begins. */
function placesIn(
  name: string,
  parts: readonly PlacedName[],
  sources: ReadonlyMap<string, Pick<ByteSource, 'sizeInBytes'>>,
): readonly PlacedBytes[] {
  const bases = new Map<string, number>();
  let base = 0;
  for (const [url, { sizeInBytes }] of sources) {
    bases.set(url, base);
    base += sizeInBytes;
  }
  const used = new Map<string, number>();
  const placed = parts.map(({ url, address, lengthInBytes: wanted }): PlacedBytes => {
    const from = used.get(url) ?? 0;
    const rest = (sources.get(url)?.sizeInBytes ?? 0) - from;
    const lengthInBytes = wanted ?? rest;
    const allowed = allowedInstead(from, rest, lengthInBytes, address);
    if (allowed !== undefined) {
      throw new VmcorekitError('usage', {
        what: `the place of ${shownName(url)} in ${shownName(name)}`,
        got: `${plural(lengthInBytes, 'byte')} at ${hex(address)}`,
        allowed,
      });
    }
    used.set(url, from + lengthInBytes);
    return { address, lengthInBytes, fileOffset: (bases.get(url) ?? 0) + from };
  });
  placed.sort((one, other) => one.address - other.address);
  for (const [index, { address, lengthInBytes }] of placed.entries()) {
    const next = placed[index + 1];
    if (next !== undefined && next.address < address + lengthInBytes) {
      throw new VmcorekitError('usage', {
        what: `the places in ${shownName(name)}`,
        got: `memory up to ${hex(address + lengthInBytes)} and from ${hex(next.address)} on`,
        allowed: 'places that do not overlap',
      });
    }
  }
  return placed;
}

/** Undefined where the place may be as it is. `from`: the file's bytes that lie elsewhere. */
function allowedInstead(
  from: number,
  rest: number,
  lengthInBytes: number,
  address: PhysicalAddress,
): string | undefined {
  if (rest <= 0) {
    return from > 0
      ? `nothing more, because the places before it use up all ${plural(from, 'byte')} of the file`
      : 'a file that is not empty';
  }
  if (lengthInBytes <= 0 || lengthInBytes > rest) {
    return `1 to ${plural(rest, 'byte')}, which the file still has`;
  }
  return Number.isSafeInteger(address + lengthInBytes) ? undefined : 'memory below 2^53';
}
