import { VmcorekitError } from '@vmcorekit/core';
import type { TurtleGraph, TurtleTerm } from './turtle.ts';
import { typePredicate } from './turtle.ts';
import { keyOf } from './urns.ts';

/**
 * The namespaces of AFF4: that of the standard and of pmem before it, and that of Evimetry before
 * it. Source: AFF4 Standard 1.0, 2; c-aff4, lexicon.inc; pyaff4, lexicon.py.
 */
const standard = 'http://aff4.org/Schema#';
const evimetry = 'http://afflib.org/2009/aff4#';
const oldSymbolic = 'http://afflib.org/2012/SymbolicStream#';

/** The names of each property in all dialects, the standard's first. */
const properties = {
  size: ['size'],
  chunkSize: ['chunkSize', 'chunk_size'],
  chunksInSegment: ['chunksInSegment', 'chunks_per_segment', 'chunks_in_segment'],
  compressionMethod: ['compressionMethod', 'CompressionMethod', 'compression'],
  dataStream: ['dataStream'],
  category: ['category'],
  mapGapDefaultStream: ['mapGapDefaultStream'],
  hash: ['hash'],
} as const;
export type Aff4Property = keyof typeof properties;

/** All that is said of an object by a property, in any of its dialects. */
export function valuesOf(
  graph: TurtleGraph,
  urn: string,
  property: Aff4Property,
): readonly TurtleTerm[] {
  const said = graph.get(keyOf(urn));
  return said === undefined
    ? []
    : properties[property].flatMap((name) => [
        ...(said.get(standard + name) ?? []),
        ...(said.get(evimetry + name) ?? []),
      ]);
}

/** The value of a property that has one. Throws `malformed` where several contradict each other. */
export function soleValueOf(
  graph: TurtleGraph,
  urn: string,
  property: Aff4Property,
): string | undefined {
  const [first, ...others] = valuesOf(graph, urn, property);
  const other = others.find(({ value }) => value !== first?.value);
  if (first !== undefined && other !== undefined) {
    throw new VmcorekitError('malformed', {
      structure: `AFF4 object ${urn.slice(0, 100)}`,
      fileOffset: 0,
      field: property,
      wanted: 'one value',
      got: `${first.value.slice(0, 40)} and ${other.value.slice(0, 40)}`,
    });
  }
  return first?.value;
}

/** The types of an object that AFF4 defines, without their namespace. */
export function typesOf(graph: TurtleGraph, urn: string): ReadonlySet<string> {
  const types = graph.get(keyOf(urn))?.get(typePredicate) ?? [];
  return new Set(types.map(({ value }) => withoutNamespace(value)).filter((name) => name !== ''));
}

/** The name of a thing that AFF4 defines; empty for others. */
export function withoutNamespace(iri: string): string {
  const namespace = [standard, evimetry].find((each) => iri.startsWith(each));
  return namespace === undefined ? '' : iri.slice(namespace.length);
}

/**
 * Whether the type of a map is that of pmem before the standard, whose entries have the offset in
 * the target before the length. Throws `malformed` where it also has the standard's type.
 * Source: pyaff4, aff4_map.py.
 */
export function hasSwappedEntries(graph: TurtleGraph, urn: string): boolean {
  const types = new Set(
    graph
      .get(keyOf(urn))
      ?.get(typePredicate)
      ?.map(({ value }) => value),
  );
  const isOld = types.has(`${standard}map`);
  if (isOld && types.has(`${standard}Map`)) {
    throw new VmcorekitError('malformed', {
      structure: `AFF4 object ${urn.slice(0, 100)}`,
      fileOffset: 0,
      field: 'type',
      wanted: 'one order of the fields of a map',
      got: 'aff4:map and aff4:Map, which differ in it',
    });
  }
  return isOld;
}

export type Aff4Compression = 'stored' | 'zlib' | 'deflate' | 'snappy' | 'snappy-always' | 'lz4';

const compressions: ReadonlyMap<string, Aff4Compression> = new Map([
  ['//www.ietf.org/rfc/rfc1950.txt', 'zlib'],
  ['//tools.ietf.org/html/rfc1950', 'zlib'],
  ['//www.ietf.org/rfc/rfc1951.txt', 'deflate'],
  ['//tools.ietf.org/html/rfc1951', 'deflate'],
  ['//code.google.com/p/snappy/', 'snappy'],
  ['//github.com/google/snappy', 'snappy-always'],
  ['//code.google.com/p/lz4/', 'lz4'],
]);
const stored: ReadonlySet<string> = new Set([
  'NullCompressor',
  'nullCompressor',
  'compression/stored',
]);

/** The method of that IRI; undefined for one that AFF4 does not define. */
export function compressionOf(iri: string): Aff4Compression | undefined {
  return stored.has(withoutNamespace(iri))
    ? 'stored'
    : compressions.get(iri.replace(/^https?:/, ''));
}

/** A stream of AFF4 without bytes in the file: one byte repeated, or nothing that is known. */
export type SymbolicStream =
  | { readonly byte: number }
  | { readonly lost: string; readonly isUnread: boolean };

/** The symbolic stream of that IRI, or undefined. Source: AFF4 Standard 1.0, 4.4. */
export function symbolicStream(iri: string): SymbolicStream | undefined {
  const name = iri.startsWith(oldSymbolic)
    ? `SymbolicStream${iri.slice(oldSymbolic.length)}`
    : iri.startsWith('aff4:') && !iri.startsWith('aff4://')
      ? iri.slice('aff4:'.length)
      : withoutNamespace(iri);
  const digits = /^SymbolicStream([0-9a-fA-F]{2})$/.exec(name)?.[1];
  if (digits !== undefined) {
    return { byte: Number.parseInt(digits, 16) };
  }
  switch (name) {
    case 'Zero':
      return { byte: 0 };
    case 'FF':
    case 'FFDevice':
      return { byte: 0xff };
    case 'UnreadableData':
      return { lost: 'it could not be read when the image was acquired', isUnread: false };
    case 'UnknownData':
      return { lost: 'the program that acquired the image did not read it', isUnread: true };
    default:
      return undefined;
  }
}
