import { latin1Bytes } from '@vmcorekit/core';
import { StructWriter } from '../elf/struct-writer.ts';

/** A tag of a VMware state: a number of `size` bytes, or a block of bytes. */
export type VmssTag = {
  readonly name: string;
  readonly indices?: readonly number[];
} & (
  | { readonly value: number | bigint; readonly size: 1 | 2 | 4 | 8 }
  | {
      readonly block: Uint8Array;
      /** Bytes before the block, so that it lies at a round offset. */
      readonly padding?: number;
      /** What it is unpacked; its own size where left out. */
      readonly unpackedSize?: number;
    }
  /** A value of fewer than 62 bytes. */
  | { readonly bytes: Uint8Array }
);

export interface VmssGroup {
  readonly name: string;
  readonly tags: readonly VmssTag[];
  /** The size that the header states, where it is not the group's. */
  readonly size?: number;
}

/** Builds a VMware state (.vmss, .vmsn): the header, and its groups one after the other. */
export function buildVmss(
  groups: readonly VmssGroup[],
  { magic = 0xbed2bed2, version = 8 }: { readonly magic?: number; readonly version?: number } = {},
): Uint8Array {
  const writer = new StructWriter(64, 'little');
  writer.field(0, 'word', magic);
  writer.field(4, 'word', version);
  writer.field(8, 'word', groups.length);
  let at = 12 + groups.length * 80;
  for (const [index, { name, tags, size }] of groups.entries()) {
    const start = at;
    for (const tag of tags) {
      at = writeTag(writer, at, tag);
    }
    at = writer.data(at, new Uint8Array(2));
    const header = 12 + index * 80;
    writer.data(header, latin1Bytes(name));
    writer.field(header + 64, 'address', start);
    writer.field(header + 72, 'address', size ?? at - start);
  }
  return writer.bytes;
}

function writeTag(writer: StructWriter, from: number, tag: VmssTag): number {
  const { name, indices = [] } = tag;
  const size = 'block' in tag ? 63 : 'bytes' in tag ? tag.bytes.length : tag.size;
  let at = writer.data(from, Uint8Array.of(size | (indices.length << 6), name.length));
  at = writer.data(at, latin1Bytes(name));
  for (const index of indices) {
    at = writer.field(at, 'word', index);
  }
  if ('bytes' in tag) {
    return writer.data(at, tag.bytes);
  }
  if ('block' in tag) {
    const { block, padding = 0, unpackedSize = block.length } = tag;
    at = writer.field(at, 'address', block.length);
    at = writer.field(at, 'address', unpackedSize);
    at = writer.field(at, 'half', padding);
    return writer.data(at + padding, block);
  }
  const types = { 1: 'byte', 2: 'half', 4: 'word', 8: 'address' } as const;
  return writer.field(at, types[tag.size], tag.value);
}
