import { StructWriter } from '../elf/struct-writer.ts';
import { buildZip64, type Zip64Member } from './build-zip64.ts';

/**
 * Whose words a volume uses. `standard`: AFF4 1.0. `pmem`: linpmem and winpmem before it.
 * `evimetry`: Evimetry before it.
 */
export type Aff4Dialect = 'standard' | 'pmem' | 'evimetry';

/** A stream of chunks. */
export interface Aff4StreamSpec {
  /** After the URN of the volume and a slash; a URN stands for itself. */
  readonly name: string;
  readonly data: Uint8Array;
  /** An IRI; stored, and without a method, where left out. */
  readonly compression?: string;
  /** Packs a chunk; it is stored where left out, or where that is not shorter. */
  readonly pack?: (chunk: Uint8Array) => Uint8Array;
  readonly chunkSize?: number;
  readonly chunksInSegment?: number;
  /** What the description states, where it is not the data's. Null for nothing. */
  readonly size?: number | null;
  /** A file of digests for each bevy: its name after the bevy's, and the digest of a chunk. */
  readonly blockHashes?: readonly {
    readonly ending: string;
    readonly hash: (chunk: Uint8Array) => Uint8Array;
  }[];
  /** `index`: the bevies of these numbers are left out. */
  readonly withoutBevies?: readonly number[];
  readonly types?: string;
}

/** A map, by the names of the standard. */
export interface Aff4MapSpec {
  readonly name: string;
  readonly ranges: readonly {
    readonly mappedOffset: number;
    readonly length: number;
    readonly targetOffset: number;
    readonly target: string;
  }[];
  readonly isMemory?: boolean;
  readonly size?: number;
  readonly mapGapDefaultStream?: string;
}

export interface Aff4Spec {
  readonly dialect?: Aff4Dialect;
  /** The URN of the volume. */
  readonly volume?: string;
  readonly tool?: string;
  readonly streams?: readonly Aff4StreamSpec[];
  readonly maps?: readonly Aff4MapSpec[];
  /** Turtle that is added as it is. */
  readonly statements?: string;
  /** The whole Turtle text, where it is not that of the rest. */
  readonly turtle?: string;
  readonly files?: readonly Zip64Member[];
  /** Packs `map`, `idx` and the description; they are stored where left out. */
  readonly deflate?: (data: Uint8Array) => Uint8Array;
  /** Where the URN of the volume stands: in the description, in the comment, or in both. */
  readonly namedIn?: 'description' | 'comment' | 'both';
}

const words = {
  standard: {
    namespace: 'http://aff4.org/Schema#',
    map: 'Map',
    stream: 'ImageStream',
    chunkSize: 'chunkSize',
    chunksInSegment: 'chunksInSegment',
    compression: 'compressionMethod',
  },
  pmem: {
    namespace: 'http://aff4.org/Schema#',
    map: 'map',
    stream: 'image',
    chunkSize: 'chunk_size',
    chunksInSegment: 'chunks_per_segment',
    compression: 'compression',
  },
  evimetry: {
    namespace: 'http://afflib.org/2009/aff4#',
    map: 'map',
    stream: 'stream',
    chunkSize: 'chunkSize',
    chunksInSegment: 'chunksInSegment',
    compression: 'CompressionMethod',
  },
} as const;
export const aff4TestVolume = 'aff4://9db79393-53fa-4147-b823-5c3e1d37544d';
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A volume of AFF4, with its description first and what is said of it last. */
export function buildAff4(spec: Aff4Spec): Uint8Array {
  const { dialect = 'standard', volume = aff4TestVolume, namedIn = 'both', deflate } = spec;
  const small = (name: string, data: Uint8Array): Zip64Member =>
    deflate === undefined ? { name, data } : { name, data, deflated: deflate(data) };
  const members: Zip64Member[] = [
    ...(namedIn === 'comment' ? [] : [{ name: 'container.description', data: text(volume) }]),
    ...(spec.tool === undefined
      ? []
      : [{ name: 'version.txt', data: text(`major=1\nminor=0\ntool=${spec.tool}\n`) }]),
    ...(spec.streams ?? []).flatMap((stream) => beviesOf(stream, dialect, volume)),
    ...(spec.maps ?? []).flatMap((map) => {
      const targets = [...new Set(map.ranges.map(({ target }) => target))];
      const folder = folderOf(map.name, volume);
      return [
        small(`${folder}/map`, entriesOf(map, targets, dialect)),
        small(`${folder}/idx`, text(targets.map((each) => urnOf(each, volume)).join('\n'))),
      ];
    }),
    ...(spec.files ?? []),
    small('information.turtle', text(spec.turtle ?? turtleOf(spec, dialect, volume))),
  ];
  return buildZip64(members, namedIn === 'description' ? '' : volume);
}

function urnOf(name: string, volume: string): string {
  return /^[a-z][a-z\d]*:/i.test(name) ? name : `${volume}/${name}`;
}

function folderOf(name: string, volume: string): string {
  const urn = urnOf(name, volume);
  return urn === name ? urn.replace('aff4://', 'aff4%3A%2F%2F') : name;
}

function beviesOf(
  { name, data, pack, withoutBevies = [], blockHashes = [], ...given }: Aff4StreamSpec,
  dialect: Aff4Dialect,
  volume: string,
): Zip64Member[] {
  const { chunkSize = 32768, chunksInSegment = 1024 } = given;
  const bevyInBytes = chunkSize * chunksInSegment;
  const count = Math.ceil(data.length / bevyInBytes);
  return Array.from({ length: count }, (_, bevy) => bevy).flatMap((bevy) => {
    if (withoutBevies.includes(bevy)) {
      return [];
    }
    const chunks: Uint8Array[] = [];
    const hashes: Uint8Array[][] = blockHashes.map(() => []);
    const end = Math.min(data.length, (bevy + 1) * bevyInBytes);
    for (let at = bevy * bevyInBytes; at < end; at += chunkSize) {
      const chunk = new Uint8Array(chunkSize);
      chunk.set(data.subarray(at, Math.min(end, at + chunkSize)));
      const packed = pack?.(chunk);
      const isAlways = dialect === 'pmem' && given.compression?.includes('snappy') === true;
      const isPacked = packed !== undefined && (isAlways || packed.length < chunkSize - 16);
      chunks.push(isPacked ? packed : chunk);
      for (const [index, { hash }] of blockHashes.entries()) {
        hashes[index]?.push(hash(data.subarray(at, Math.min(end, at + chunkSize))));
      }
    }
    const path = `${folderOf(name, volume)}/${String(bevy).padStart(8, '0')}`;
    const separator = dialect === 'standard' ? '.' : '/';
    return [
      { name: path, data: new Uint8Array(Buffer.concat(chunks)) },
      { name: `${path}${separator}index`, data: indexOf(chunks, dialect) },
      ...blockHashes.map(({ ending }, index) => ({
        name: `${path}${ending}`,
        data: new Uint8Array(Buffer.concat(hashes[index] ?? [])),
      })),
    ];
  });
}

/** Where each chunk begins; of Evimetry, where each ends; of the standard, also its length. */
function indexOf(chunks: readonly Uint8Array[], dialect: Aff4Dialect): Uint8Array {
  const writer = new StructWriter(64, 'little');
  let at = 0;
  let offset = 0;
  for (const { length } of chunks) {
    if (dialect === 'standard') {
      at = writer.field(at, 'address', offset);
      at = writer.field(at, 'word', length);
    } else {
      at = writer.field(at, 'word', dialect === 'pmem' ? offset : offset + length);
    }
    offset += length;
  }
  return writer.bytes;
}

function entriesOf(
  { ranges }: Aff4MapSpec,
  targets: readonly string[],
  dialect: Aff4Dialect,
): Uint8Array {
  const writer = new StructWriter(64, 'little');
  let at = 0;
  for (const { mappedOffset, length, targetOffset, target } of ranges) {
    const [first, second] = dialect === 'pmem' ? [targetOffset, length] : [length, targetOffset];
    at = writer.field(at, 'address', mappedOffset);
    at = writer.field(at, 'address', first);
    at = writer.field(at, 'address', second);
    at = writer.field(at, 'word', targets.indexOf(target));
  }
  return writer.bytes;
}

/** As raptor writes it for pmem: with a base. */
function turtleOf(spec: Aff4Spec, dialect: Aff4Dialect, volume: string): string {
  const word = words[dialect];
  const subject = (name: string): string => {
    const urn = urnOf(name, volume);
    return dialect === 'pmem' && urn !== name ? `</${name}>` : `<${urn}>`;
  };
  const streams = (spec.streams ?? []).map((stream) => {
    const { chunkSize = 32768, chunksInSegment = 1024, data, size = data.length } = stream;
    return [
      subject(stream.name),
      `    aff4:${word.chunkSize} ${chunkSize} ;`,
      `    aff4:${word.chunksInSegment} "${chunksInSegment}"^^xsd:int ;`,
      ...(stream.compression === undefined
        ? []
        : [`    aff4:${word.compression} <${stream.compression}> ;`]),
      ...(size === null ? [] : [`    aff4:size "${size}"^^xsd:long ;`]),
      `    aff4:stored <${dialect === 'pmem' ? '' : volume}> ;`,
      `    a ${stream.types ?? `aff4:${word.stream}`} .`,
    ].join('\n');
  });
  const maps = (spec.maps ?? []).map((map) =>
    [
      subject(map.name),
      ...(map.isMemory === true ? ['    aff4:category memory:physical ;'] : []),
      ...(map.size === undefined ? [] : [`    aff4:size ${map.size} ;`]),
      ...(map.mapGapDefaultStream === undefined
        ? []
        : [`    aff4:mapGapDefaultStream <${map.mapGapDefaultStream}> ;`]),
      `    a aff4:${word.map} .`,
    ].join('\n'),
  );
  return [
    ...(dialect === 'pmem' ? [`@base <${volume}> .`] : []),
    '@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .',
    `@prefix aff4: <${word.namespace}> .`,
    '@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .',
    `@prefix memory: <${word.namespace}memory/> .`,
    '',
    ...streams,
    '',
    ...maps,
    '',
    spec.statements ?? '',
    '',
  ].join('\n');
}
