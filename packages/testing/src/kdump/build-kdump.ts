import { encodeNotes, latin1Bytes } from '@vmcorekit/core';
import { type CMachine, type CType, layOut, writeMember } from './c-struct.ts';
import type { KdumpFile, KdumpSpec } from './kdump-spec.ts';
import { diskDumpHeader, kdumpSubHeader, pageDescriptor } from './kdump-structs.ts';
import { type StoredPage, storePages } from './store-pages.ts';

const descriptorSizeInBytes = 24;

/**
 * The bytes of a plain KDUMP file: header, sub header and what it points to, bitmaps, descriptors,
 * pages.
 */
export function buildKdump(spec: KdumpSpec): KdumpFile {
  const { version = 6, wordSizeInBits = 64, blockSizeInBytes = 4096, bitmaps = 2 } = spec;
  const machine: CMachine = {
    longSizeInBytes: wordSizeInBits === 64 ? 8 : 4,
    wideAlignmentInBytes: wordSizeInBits === 64 || spec.subHeader === 'padded' ? 8 : 4,
    byteOrder: spec.byteOrder ?? 'little',
  };
  const maxMapnr = spec.maxMapnr ?? 1 + Math.max(-1, ...spec.pages.map((page) => page.pfn));
  const header = layOut(diskDumpHeader, machine);
  const subMembers = kdumpSubHeader.filter((member) => member.since <= version);
  const sub = layOut(subMembers, machine);
  const areas = attachments(spec, blockSizeInBytes + sub.sizeInBytes, machine);
  const blocks = (sizeInBytes: number): number => Math.ceil(sizeInBytes / blockSizeInBytes);
  const subHeaderBlocks = Math.max(1, blocks(areas.endsAt - blockSizeInBytes));
  const bitmapBlocks = Math.max(1, blocks(Math.ceil(maxMapnr / 8)));
  const bitmapsAt = blockSizeInBytes * (1 + subHeaderBlocks);
  const descriptorsAt = bitmapsAt + blockSizeInBytes * bitmapBlocks * bitmaps;
  const inRange = spec.pages.filter(
    (page) =>
      spec.split === undefined || (page.pfn >= spec.split.start && page.pfn < spec.split.end),
  );
  const dataAt =
    descriptorsAt +
    descriptorSizeInBytes * inRange.filter((page) => page.bytes !== undefined).length;
  const pages = storePages(spec, inRange, dataAt);
  const bytes = new Uint8Array(
    Math.max(dataAt, ...pages.map((page) => page.fileOffset + page.stored.length)),
  );
  const fieldOffsets = new Map(header.offsets);
  for (const [name, offset] of sub.offsets) {
    fieldOffsets.set(name, blockSizeInBytes + offset);
  }
  const values: Record<string, number | bigint | string> = {
    signature: spec.signature ?? 'KDUMP   ',
    header_version: version,
    block_size: blockSizeInBytes,
    sub_hdr_size: subHeaderBlocks,
    bitmap_blocks: bitmapBlocks * bitmaps,
    max_mapnr: Math.min(maxMapnr, 0xffffffff),
    max_mapnr_64: maxMapnr,
    status: spec.compression?.flag ?? 0,
    dump_level: 1,
    ...(spec.split === undefined
      ? {}
      : {
          split: 1,
          start_pfn: spec.split.start,
          end_pfn: spec.split.end,
          start_pfn_64: spec.split.start,
          end_pfn_64: spec.split.end,
        }),
    ...areas.fields,
    ...spec.fields,
  };
  const types = new Map<string, CType>(
    [...diskDumpHeader, ...subMembers].map((member) => [member.name, member.type]),
  );
  for (const [name, value] of Object.entries(values)) {
    const offset = fieldOffsets.get(name);
    const type = types.get(name);
    if (offset !== undefined && type !== undefined) {
      writeMember(bytes, offset, type, value, machine);
    }
  }
  if (spec.signature !== undefined) {
    bytes.fill(0xff, blockSizeInBytes, bitmapsAt);
    bytes.set(spec.subHeaderBytes ?? [], blockSizeInBytes);
  }
  for (const area of areas.contents) {
    bytes.set(area.bytes, area.fileOffset);
  }
  for (const page of spec.pages) {
    setBit(bytes, bitmapsAt, page.pfn, bitmaps === 2 || page.bytes !== undefined);
    setBit(
      bytes,
      bitmapsAt + (bitmaps - 1) * bitmapBlocks * blockSizeInBytes,
      page.pfn,
      page.bytes !== undefined,
    );
  }
  writeDescriptors(bytes, descriptorsAt, pages, machine);
  for (const page of pages) {
    bytes.set(page.stored, page.fileOffset);
  }
  const pageOffsets = new Map(pages.map((page) => [page.pfn, page.fileOffset]));
  return { bytes, fieldOffsets, bitmapsAt, descriptorsAt, dataAt, pageOffsets };
}

/** The parts of one split dump, cut before each of the given PFNs. */
export function buildSplitKdump(spec: KdumpSpec, cuts: readonly number[]): KdumpFile[] {
  const end = spec.maxMapnr ?? 1 + Math.max(-1, ...spec.pages.map((page) => page.pfn));
  const edges = [0, ...cuts, end];
  return edges
    .slice(1)
    .map((stop, index) => buildKdump({ ...spec, split: { start: edges[index] ?? 0, end: stop } }));
}

/** A partition that the kernel wrote a dump to: one block more, then pages without descriptors. */
export function buildDiskdumpPartition(spec: KdumpSpec): Uint8Array {
  const dump = buildKdump({ bitmaps: 1, version: 1, signature: 'DISKDUMP', ...spec });
  const pages = spec.pages.toSorted((a, b) => a.pfn - b.pfn).flatMap(({ bytes }) => bytes ?? []);
  const block = new Uint8Array(4096);
  block.set(latin1Bytes('diskdump'));
  return Buffer.concat([block, dump.bytes.subarray(0, dump.descriptorsAt), ...pages]);
}

function setBit(bytes: Uint8Array, bitmapAt: number, bit: number, isSet: boolean): void {
  if (isSet) {
    bytes[bitmapAt + (bit >>> 3)] = (bytes[bitmapAt + (bit >>> 3)] ?? 0) | (1 << (bit & 7));
  }
}

function writeDescriptors(
  bytes: Uint8Array,
  descriptorsAt: number,
  pages: readonly StoredPage[],
  machine: CMachine,
): void {
  const { offsets } = layOut(pageDescriptor, { ...machine, wideAlignmentInBytes: 8 });
  for (const [index, page] of pages.entries()) {
    const at = descriptorsAt + index * descriptorSizeInBytes;
    for (const { name, type } of pageDescriptor) {
      writeMember(bytes, at + (offsets.get(name) ?? 0), type, page.descriptor[name] ?? 0, machine);
    }
  }
}

interface Area {
  readonly fileOffset: number;
  readonly bytes: Uint8Array;
}

/** VMCOREINFO, notes and ERASEINFO, one after the other. */
function attachments(
  spec: KdumpSpec,
  startsAt: number,
  machine: CMachine,
): {
  readonly contents: readonly Area[];
  readonly fields: Record<string, number>;
  readonly endsAt: number;
} {
  const contents: Area[] = [];
  const fields: Record<string, number> = {};
  let fileOffset = startsAt;
  const add = (name: string, bytes: Uint8Array | undefined): void => {
    if (bytes !== undefined) {
      contents.push({ fileOffset, bytes });
      fields[`offset_${name}`] = fileOffset;
      fields[`size_${name}`] = bytes.length;
      fileOffset += Math.ceil(bytes.length / 4) * 4;
    }
  };
  add('vmcoreinfo', spec.vmcoreinfo === undefined ? undefined : latin1Bytes(spec.vmcoreinfo));
  add('note', spec.notes === undefined ? undefined : encodeNotes(spec.notes, machine.byteOrder));
  add('eraseinfo', spec.eraseinfo === undefined ? undefined : latin1Bytes(spec.eraseinfo));
  return { contents, fields, endsAt: fileOffset };
}
