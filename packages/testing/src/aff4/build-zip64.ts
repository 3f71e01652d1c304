import { latin1Bytes } from '@vmcorekit/core';
import { crc32Le } from '../crc32-le.ts';
import { StructWriter } from '../elf/struct-writer.ts';

/** A file of an archive. */
export interface Zip64Member {
  readonly name: string;
  readonly data: Uint8Array;
  /** What is written for `data` by deflate; stored where left out. */
  readonly deflated?: Uint8Array;
}

const inExtra = 0xffffffff;
const version = 45;

/** An archive whose headers are all ZIP64, as AFF4 wants them. Source: PKWARE, APPNOTE.TXT. */
export function buildZip64(members: readonly Zip64Member[], comment: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let at = 0;
  for (const member of members) {
    const packed = member.deflated ?? member.data;
    const stated = { crc32: ~crc32Le(member.data, 0xffffffff), packedInBytes: packed.length, at };
    const header = headerOf(member, stated, false);
    pieces.push(header, packed);
    list.push(headerOf(member, stated, true));
    at += header.length + packed.length;
  }
  const directory = Buffer.concat(list);
  const end = endOf(members.length, at, directory.length, comment);
  return new Uint8Array(Buffer.concat([...pieces, directory, end]));
}

function headerOf(
  { name, data, deflated }: Zip64Member,
  stated: { readonly crc32: number; readonly packedInBytes: number; readonly at: number },
  isListed: boolean,
): Uint8Array {
  const writer = new StructWriter(64, 'little');
  const text = new TextEncoder().encode(name);
  let at = writer.data(0, latin1Bytes(isListed ? 'PK\x01\x02' : 'PK\x03\x04'));
  at = isListed ? writer.field(at, 'half', version) : at;
  at = writer.field(at, 'half', version);
  at = writer.field(at, 'half', 0);
  at = writer.field(at, 'half', deflated === undefined ? 0 : 8);
  at = writer.field(at, 'word', 0);
  at = writer.field(at, 'word', stated.crc32);
  at = writer.field(at, 'word', inExtra);
  at = writer.field(at, 'word', inExtra);
  at = writer.field(at, 'half', text.length);
  at = writer.field(at, 'half', isListed ? 28 : 20);
  if (isListed) {
    at = writer.field(at + 10, 'word', inExtra);
  }
  at = writer.data(at, text);
  at = writer.field(at, 'half', 1);
  at = writer.field(at, 'half', isListed ? 24 : 16);
  at = writer.field(at, 'address', data.length);
  at = writer.field(at, 'address', stated.packedInBytes);
  if (isListed) {
    writer.field(at, 'address', stated.at);
  }
  return writer.bytes;
}

function endOf(count: number, offset: number, sizeInBytes: number, comment: string): Uint8Array {
  const writer = new StructWriter(64, 'little');
  const text = latin1Bytes(comment);
  writer.data(0, latin1Bytes('PK\x06\x06'));
  writer.field(4, 'address', 44);
  writer.field(12, 'half', version);
  writer.field(14, 'half', version);
  writer.field(24, 'address', count);
  writer.field(32, 'address', count);
  writer.field(40, 'address', sizeInBytes);
  writer.field(48, 'address', offset);
  writer.data(56, latin1Bytes('PK\x06\x07'));
  writer.field(64, 'address', offset + sizeInBytes);
  writer.field(72, 'word', 1);
  writer.data(76, latin1Bytes('PK\x05\x06'));
  writer.field(84, 'half', 0xffff);
  writer.field(86, 'half', 0xffff);
  writer.field(88, 'word', inExtra);
  writer.field(92, 'word', inExtra);
  writer.field(96, 'half', text.length);
  writer.data(98, text);
  return writer.bytes;
}

/** A copy whose list has the right CRC-32 of each stored file, as far as it can be followed. */
export function resummedZip64(archive: Uint8Array): Uint8Array {
  const bytes = archive.slice();
  const buffer = Buffer.from(bytes.buffer);
  for (let at = buffer.indexOf('PK\x01\x02'); at >= 0; at = buffer.indexOf('PK\x01\x02', at + 4)) {
    const extra = at + 46 + (at + 30 <= buffer.length ? buffer.readUInt16LE(at + 28) : 0);
    if (extra + 28 <= buffer.length && buffer.readUInt16LE(at + 10) === 0) {
      const size = Number(buffer.readBigUInt64LE(extra + 4));
      const local = Number(buffer.readBigUInt64LE(extra + 20));
      if (local + 30 <= buffer.length) {
        const start =
          local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
        const data = bytes.subarray(start, start + Math.min(size, bytes.length));
        buffer.writeUInt32LE(~crc32Le(data, 0xffffffff) >>> 0, at + 16);
      }
    }
  }
  return bytes;
}
