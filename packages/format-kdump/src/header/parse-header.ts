import {
  type ByteSource,
  type Damage,
  type HeaderValue,
  plural,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { detectFlavour, type Flavour, hasDiskdumpSignature, refuseHeader } from './detect.ts';
import { exactField, fieldNumber, type KdumpHeader, type PfnRange } from './header.ts';
import {
  diskdumpStatus,
  headerFields,
  headerSizeInBytes,
  maxBitmapSizeInBytes,
  statusIncomplete,
} from './layout.ts';
import { readField } from './read-fields.ts';
import { readSubHeader } from './sub-header.ts';

/** Physical addresses have at most 52 bits. */
const maxPhysicalAddress = 2 ** 52;

/**
 * Reads and checks the header and the sub header. Throws `truncated` where the file ends within
 * them, `malformed` where their numbers are impossible, `unsupported` for a newer version.
 */
export function parseHeader(source: ByteSource): KdumpHeader {
  const head = readExactly(
    source,
    0,
    Math.min(headerSizeInBytes[64], source.sizeInBytes),
    'KDUMP header',
  );
  const flavour = detectFlavour(head) ?? refuseHeader(head);
  const view = new StructView(head, flavour.byteOrder, 'KDUMP header');
  const fields = new Map<string, HeaderValue>();
  const offsets = new Map<string, number>();
  for (const field of headerFields) {
    const offset = flavour.wordSizeInBits === 64 ? field.offset64 : field.offset32;
    fields.set(field.name, readField(view, field.type, offset, flavour.wordSizeInBits));
    offsets.set(field.name, offset);
  }
  const isDiskdump = hasDiskdumpSignature(head);
  const subHeaderLayout = isDiskdump ? '64-bit' : readSubHeader(source, flavour, fields, offsets);
  const damage: Damage[] = [];
  const blockSizeInBytes = fieldNumber(fields, 'block_size');
  const bitmapBlocks = fieldNumber(fields, 'bitmap_blocks');
  const bitmapFileOffset = blockSizeInBytes * (1 + fieldNumber(fields, 'sub_hdr_size'));
  const bothBitmapsInBytes = bitmapBlocks * blockSizeInBytes;
  const maxMapnr = maxMapnrOf(fields, offsets, 8 * bothBitmapsInBytes, damage);
  // Writers give each bitmap whole blocks, so two bitmaps have an even number.
  const hasTwoBitmaps = bitmapBlocks % 2 === 0 && 8 * (bothBitmapsInBytes / 2) >= maxMapnr;
  if (maxMapnr > 8 * maxBitmapSizeInBytes) {
    throw new VmcorekitError('unsupported', {
      what: `a KDUMP file of ${plural(maxMapnr, 'page')}`,
      advice: `up to ${8 * maxBitmapSizeInBytes} are read; if the number is right, please report it`,
    });
  }
  const firstPfn = firstPfnOf(fields, flavour, blockSizeInBytes);
  if ((firstPfn + maxMapnr) * blockSizeInBytes > maxPhysicalAddress) {
    throw malformed(
      offsets,
      'max_mapnr',
      `page frame numbers within ${maxPhysicalAddress / blockSizeInBytes}`,
      firstPfn + maxMapnr,
    );
  }
  return {
    flavour,
    subHeaderLayout,
    fields,
    offsets,
    blockSizeInBytes,
    maxMapnr,
    bitmapFileOffset,
    bitmapSizeInBytes: hasTwoBitmaps ? bothBitmapsInBytes / 2 : bothBitmapsInBytes,
    hasTwoBitmaps,
    descriptorsFileOffset: bitmapFileOffset + bothBitmapsInBytes,
    splitRange: splitRangeOf(fields, offsets, maxMapnr),
    firstPfn,
    dumpLevel: fieldNumber(fields, 'dump_level'),
    status: isDiskdump ? statusOfDiskdump(fields) : fieldNumber(fields, 'status'),
    damage,
  };
}

/** In the bits of KDUMP; each page names its compression itself. */
function statusOfDiskdump(fields: ReadonlyMap<string, HeaderValue>): number {
  return (fieldNumber(fields, 'status') & diskdumpStatus.incomplete) === 0 ? 0 : statusIncomplete;
}

/**
 * max_mapnr has 32 bits and saturates; max_mapnr_64 came with version 6. Neither may exceed what
 * the bitmaps cover.
 */
function maxMapnrOf(
  fields: ReadonlyMap<string, HeaderValue>,
  offsets: ReadonlyMap<string, number>,
  bitsInBitmaps: number,
  damage: Damage[],
): number {
  const narrow = fieldNumber(fields, 'max_mapnr');
  const wide = fieldNumber(fields, 'max_mapnr_64');
  if (wide > 0 && wide <= bitsInBitmaps) {
    return wide;
  }
  if (narrow > bitsInBitmaps) {
    throw malformed(
      offsets,
      'max_mapnr',
      `at most the ${plural(bitsInBitmaps, 'page')} that the bitmaps cover`,
      exactField(fields, 'max_mapnr'),
    );
  }
  if (wide > 0) {
    damage.push({
      name: 'max-mapnr-disagrees',
      loses: 'nothing',
      detail: `max_mapnr_64 is ${exactField(fields, 'max_mapnr_64')}, but the bitmaps cover ${plural(bitsInBitmaps, 'page')}: max_mapnr ${narrow} is used`,
      fileOffset: offsets.get('max_mapnr_64') ?? 0,
    });
  }
  return narrow;
}

function splitRangeOf(
  fields: ReadonlyMap<string, HeaderValue>,
  offsets: ReadonlyMap<string, number>,
  maxMapnr: number,
): PfnRange | null {
  if (fieldNumber(fields, 'split') === 0) {
    return null;
  }
  const isWide = fieldNumber(fields, 'end_pfn_64') > 0;
  const [startName, endName] = isWide
    ? (['start_pfn_64', 'end_pfn_64'] as const)
    : (['start_pfn', 'end_pfn'] as const);
  const start = fieldNumber(fields, startName);
  const end = fieldNumber(fields, endName);
  if (start > end || start > maxMapnr) {
    throw malformed(
      offsets,
      startName,
      `at most end_pfn ${exactField(fields, endName)} and max_mapnr ${maxMapnr}`,
      exactField(fields, startName),
    );
  }
  return { start, end: Math.min(end, maxMapnr) };
}

function firstPfnOf(
  fields: ReadonlyMap<string, HeaderValue>,
  flavour: Flavour,
  blockSizeInBytes: number,
): number {
  const isArm = flavour.wordSizeInBits === 32 && String(fields.get('machine')).startsWith('arm');
  return isArm ? Math.floor(fieldNumber(fields, 'phys_base') / blockSizeInBytes) : 0;
}

function malformed(
  offsets: ReadonlyMap<string, number>,
  field: string,
  wanted: string,
  got: number | bigint,
): VmcorekitError {
  return new VmcorekitError('malformed', {
    structure: 'KDUMP header',
    fileOffset: offsets.get(field) ?? 0,
    field,
    wanted,
    got,
  });
}
