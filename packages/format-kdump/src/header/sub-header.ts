import { type ByteSource, type HeaderValue, readExactly, StructView } from '@vmcorekit/core';
import type { Flavour } from './detect.ts';
import { fieldNumber } from './header.ts';
import { type SubHeaderLayout, subHeaderFields, subHeaderSizeInBytes } from './layout.ts';
import { readField } from './read-fields.ts';

/**
 * 32-bit machines whose compilers pack 64-bit fields to four bytes. QEMU packs for every machine,
 * and names none of the others.
 */
const packingMachines: RegExp = /^(i[3-6]86|Unknown)?$/;

/** Adds the sub header's fields and offsets to the header's. Returns the layout that fits them. */
export function readSubHeader(
  source: ByteSource,
  flavour: Flavour,
  fields: Map<string, HeaderValue>,
  offsets: Map<string, number>,
): SubHeaderLayout {
  const fileOffset = fieldNumber(fields, 'block_size');
  const layouts: readonly SubHeaderLayout[] =
    flavour.wordSizeInBits === 64 ? ['64-bit'] : likelyFirst(fields);
  const readings = layouts.map((layout) => readAs(source, flavour, fileOffset, layout, fields));
  const chosen =
    readings.find((reading) => isConsistent(reading.fields, fields, source.sizeInBytes)) ??
    readings[0];
  if (chosen === undefined) {
    return '64-bit';
  }
  for (const [name, value] of chosen.fields) {
    fields.set(name, value);
  }
  for (const [name, offset] of chosen.offsets) {
    offsets.set(name, offset);
  }
  return chosen.layout;
}

function likelyFirst(fields: ReadonlyMap<string, HeaderValue>): readonly SubHeaderLayout[] {
  return packingMachines.test(String(fields.get('machine')))
    ? ['32-bit packed', '32-bit padded']
    : ['32-bit padded', '32-bit packed'];
}

interface Reading {
  readonly layout: SubHeaderLayout;
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly offsets: ReadonlyMap<string, number>;
}

function readAs(
  source: ByteSource,
  flavour: Flavour,
  fileOffset: number,
  layout: SubHeaderLayout,
  header: ReadonlyMap<string, HeaderValue>,
): Reading {
  const bytes = readExactly(source, fileOffset, subHeaderSizeInBytes[layout], 'KDUMP sub header');
  const view = new StructView(bytes, flavour.byteOrder, 'KDUMP sub header', fileOffset);
  const fields = new Map<string, HeaderValue>();
  const offsets = new Map<string, number>();
  for (const field of subHeaderFields) {
    if (field.since <= fieldNumber(header, 'header_version')) {
      fields.set(
        field.name,
        readField(view, field.type, field.offsets[layout], flavour.wordSizeInBits),
      );
      offsets.set(field.name, fileOffset + field.offsets[layout]);
    }
  }
  return { layout, fields, offsets };
}

/**
 * Whether every pointer of the sub header lies in the file and the two max_mapnr agree. A wrong
 * layout seldom passes.
 */
function isConsistent(
  sub: ReadonlyMap<string, HeaderValue>,
  header: ReadonlyMap<string, HeaderValue>,
  fileSizeInBytes: number,
): boolean {
  const areasFit = ['vmcoreinfo', 'note', 'eraseinfo'].every((area) => {
    const offset = fieldNumber(sub, `offset_${area}`);
    const size = fieldNumber(sub, `size_${area}`);
    return (offset === 0) === (size === 0) && offset + size <= fileSizeInBytes;
  });
  const wide = fieldNumber(sub, 'max_mapnr_64');
  return (
    areasFit && (wide === 0 || Math.min(wide, 0xffffffff) === fieldNumber(header, 'max_mapnr'))
  );
}
