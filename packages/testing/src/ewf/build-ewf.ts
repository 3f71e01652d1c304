import { latin1Bytes, latin1UntilNul } from '@vmcorekit/core';
import { StructWriter } from '../elf/struct-writer.ts';

/** A set of evidence, by the names of libewf's documentation. */
export interface EwfSpec {
  /** The image. A part of a sector at its end goes into the last chunk, as ewfacquire does it. */
  readonly image: Uint8Array;
  /** 1 where left out. */
  readonly sectorsPerChunk?: number;
  /** 512 where left out. */
  readonly bytesPerSector?: number;
  /** All in one segment where left out. */
  readonly chunksPerSegment?: number;
  /** All of a segment in one table where left out. */
  readonly chunksPerTable?: number;
  /** Packs a chunk; chunks are stored where left out, or where it gives undefined. */
  readonly pack?: (chunk: Uint8Array, index: number) => Uint8Array | undefined;
  /** `smart`: the short volume, and the chunks in the section of their table. */
  readonly kind?: 'encase' | 'smart';
  /** Of the tables: their offsets count from here. 0 where left out. */
  readonly baseOffset?: number;
  /** What the volume says, where it is not the image's. */
  readonly volume?: Partial<EwfVolume>;
  /** Sectors that could not be read: the first, and how many. */
  readonly error2?: readonly (readonly [number, number])[];
  /** Of the image: the MD5 of a hash section. */
  readonly hash?: Uint8Array;
  /** Of the image: the MD5 and SHA-1 of a digest section. */
  readonly digest?: { readonly MD5: Uint8Array; readonly SHA1: Uint8Array };
  /** As many sections more of each segment, after its volume. */
  readonly more?: { readonly type: string; readonly data: Uint8Array; readonly count: number };
}

export interface EwfVolume {
  readonly chunks: number;
  readonly sectors: number;
  readonly sectorsPerChunk: number;
  readonly bytesPerSector: number;
  /** The 16 bytes of the set's GUID, which SMART has not. Zero where left out. */
  readonly setIdentifier?: Uint8Array;
}

const descriptorInBytes = 76;

/** Builds the segments of a set, in order. */
export function buildEwf(spec: EwfSpec): Uint8Array[] {
  const { image, sectorsPerChunk = 1, bytesPerSector = 512, kind = 'encase' } = spec;
  const chunks = chunksOf(image, sectorsPerChunk * bytesPerSector);
  const volume: EwfVolume = {
    chunks: chunks.length,
    sectors: Math.floor(image.length / bytesPerSector),
    sectorsPerChunk,
    bytesPerSector,
    ...spec.volume,
  };
  const perSegment = spec.chunksPerSegment ?? Math.max(1, chunks.length);
  const count = Math.max(1, Math.ceil(chunks.length / perSegment));
  return Array.from({ length: count }, (_, index) => {
    const segment = new SegmentWriter(index + 1);
    const isLast = index === count - 1;
    segment.section(index === 0 ? 'volume' : 'data', volumeData(volume, kind));
    for (let more = 0; more < (spec.more?.count ?? 0); more++) {
      segment.section(spec.more?.type ?? '', spec.more?.data ?? new Uint8Array());
    }
    const first = index * perSegment;
    const perTable = spec.chunksPerTable ?? perSegment;
    for (let at = first; at < Math.min(first + perSegment, chunks.length); at += perTable) {
      const end = Math.min(at + perTable, first + perSegment);
      segment.chunks(chunks.slice(at, end), at, spec);
    }
    if (isLast && spec.error2 !== undefined) {
      segment.section('error2', error2Data(spec.error2));
    }
    if (isLast && spec.digest !== undefined) {
      segment.section('digest', summed(padded([spec.digest.MD5, spec.digest.SHA1], 76)));
    }
    if (isLast && spec.hash !== undefined) {
      segment.section('hash', summed(padded([spec.hash], 32)));
    }
    segment.end(isLast ? 'done' : 'next');
    return segment.bytes;
  });
}

/** A copy of a segment whose checksums are right, as far as its sections can be followed. */
export function resummedEwf(segment: Uint8Array): Uint8Array {
  const bytes = segment.slice();
  const view = new DataView(bytes.buffer);
  const sum = (from: number, length: number): void => {
    if (from + length + 4 <= bytes.length) {
      bytes.set(checksum(bytes.subarray(from, from + length)), from + length);
    }
  };
  for (let at = 13; at + descriptorInBytes <= bytes.length; ) {
    sum(at, descriptorInBytes - 4);
    const data = at + descriptorInBytes;
    const type = latin1UntilNul(bytes.subarray(at, at + 16));
    const next = Number(view.getBigUint64(at + 16, true));
    if (type === 'volume' || type === 'data') {
      sum(data, next - data < 1052 ? 90 : 1048);
    } else if (type.startsWith('table') && data + 24 <= bytes.length) {
      sum(data, 20);
      sum(data + 24, 4 * view.getUint32(data, true));
    } else if (type === 'hash' || type === 'digest') {
      sum(data, type === 'hash' ? 32 : 76);
    } else if (type === 'error2' && data + 520 <= bytes.length) {
      sum(data, 516);
      sum(data + 520, 8 * view.getUint32(data, true));
    }
    if (next < data) {
      break;
    }
    at = next;
  }
  return bytes;
}

class SegmentWriter {
  readonly #writer = new StructWriter(64, 'little');

  constructor(number: number) {
    this.#writer.data(0, latin1Bytes('EVF\t\r\n\xff\0\x01'));
    this.#writer.field(9, 'half', number);
    this.#writer.field(11, 'half', 0);
  }

  get bytes(): Uint8Array {
    return this.#writer.bytes;
  }

  section(type: string, data: Uint8Array): void {
    const at = this.#writer.sizeInBytes;
    this.#descriptor(type, at + descriptorInBytes + data.length, descriptorInBytes + data.length);
    this.#writer.data(at + descriptorInBytes, data);
  }

  /** EnCase's last section points to itself, and has no size. */
  end(type: 'next' | 'done'): void {
    this.#descriptor(type, this.#writer.sizeInBytes, 0);
  }

  chunks(chunks: readonly Uint8Array[], first: number, spec: EwfSpec): void {
    const stored = chunks.map((chunk, index) => {
      const packed = spec.pack?.(chunk, first + index);
      return { isPacked: packed !== undefined, bytes: packed ?? summed(chunk) };
    });
    const body = Buffer.concat(stored.map(({ bytes }) => bytes));
    const { baseOffset = 0 } = spec;
    const isSmart = spec.kind === 'smart';
    const tableInBytes = 24 + 4 * stored.length;
    const at = this.#writer.sizeInBytes + descriptorInBytes + (isSmart ? tableInBytes : 0);
    const table = tableData(stored, at - baseOffset, baseOffset);
    if (isSmart) {
      this.section('table', Buffer.concat([table, body]));
    } else {
      this.section('sectors', body);
      this.section('table', Buffer.concat([table, checksum(table.subarray(24))]));
      this.section('table2', Buffer.concat([table, checksum(table.subarray(24))]));
    }
  }

  #descriptor(type: string, next: number, size: number): void {
    const writer = new StructWriter(64, 'little');
    writer.data(0, latin1Bytes(type));
    writer.field(16, 'address', next);
    writer.field(24, 'address', size);
    writer.data(32, new Uint8Array(40));
    const at = this.#writer.sizeInBytes;
    this.#writer.data(at, summed(writer.bytes));
  }
}

function chunksOf(image: Uint8Array, chunkInBytes: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(image.length / chunkInBytes) }, (_, index) =>
    image.slice(index * chunkInBytes, (index + 1) * chunkInBytes),
  );
}

function volumeData(volume: EwfVolume, kind: 'encase' | 'smart'): Uint8Array {
  const writer = new StructWriter(64, 'little');
  writer.field(4, 'word', volume.chunks);
  writer.field(8, 'word', volume.sectorsPerChunk);
  writer.field(12, 'word', volume.bytesPerSector);
  writer.field(16, kind === 'smart' ? 'word' : 'address', volume.sectors);
  if (kind === 'encase' && volume.setIdentifier !== undefined) {
    writer.data(64, volume.setIdentifier);
  }
  writer.data((kind === 'smart' ? 90 : 1048) - 1, Uint8Array.of(0));
  return summed(writer.bytes);
}

function tableData(
  stored: readonly { readonly isPacked: boolean; readonly bytes: Uint8Array }[],
  firstOffset: number,
  baseOffset: number,
): Uint8Array {
  const header = new StructWriter(64, 'little');
  header.field(0, 'word', stored.length);
  header.field(8, 'address', baseOffset);
  header.field(16, 'word', 0);
  const entries = new StructWriter(64, 'little');
  let offset = firstOffset;
  for (const [index, { isPacked, bytes }] of stored.entries()) {
    entries.field(4 * index, 'word', offset + (isPacked ? 2 ** 31 : 0));
    offset += bytes.length;
  }
  return Buffer.concat([summed(header.bytes), entries.bytes]);
}

function error2Data(ranges: NonNullable<EwfSpec['error2']>): Uint8Array {
  const header = new StructWriter(64, 'little');
  header.field(0, 'word', ranges.length);
  header.data(515, Uint8Array.of(0));
  const entries = new StructWriter(64, 'little');
  for (const [index, [first, count]] of ranges.entries()) {
    entries.field(8 * index, 'word', first);
    entries.field(8 * index + 4, 'word', count);
  }
  return Buffer.concat([summed(header.bytes), summed(entries.bytes)]);
}

function padded(parts: readonly Uint8Array[], sizeInBytes: number): Uint8Array {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, new Uint8Array(sizeInBytes - bytes.length)]);
}

function summed(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, checksum(bytes)]);
}

function checksum(bytes: Uint8Array): Uint8Array {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  const writer = new StructWriter(64, 'little');
  writer.field(0, 'word', high * 65536 + low);
  return writer.bytes;
}
