import { StructView, VmcorekitError } from '@vmcorekit/core';

const idOfZip64 = 1;
/** What a field of 32 bits holds where its number is in the extra field. */
export const inExtra = 0xffffffff;

/**
 * The numbers of 64 bits that a header of 32-bit fields leaves to its extra field, in their order.
 * `wanted` of them are there. Throws `malformed` where they are not. Source: PKWARE, APPNOTE.TXT,
 * 4.5.3.
 */
export function zip64Numbers(
  extra: Uint8Array,
  wanted: number,
  structure: string,
  fileOffset: number,
): readonly number[] {
  if (wanted === 0) {
    return [];
  }
  const view = new StructView(extra, 'little', structure, fileOffset);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.uint16(at + 2)) {
    if (view.uint16(at) === idOfZip64) {
      const length = Math.min(view.uint16(at + 2), extra.length - at - 4);
      if (length >= 8 * wanted) {
        return Array.from({ length: wanted }, (_, index) =>
          view.uint53(at + 4 + 8 * index, 'size or offset'),
        );
      }
      throw missing(structure, fileOffset + at, 8 * wanted, length);
    }
  }
  throw missing(structure, fileOffset, 8 * wanted, 0);
}

function missing(structure: string, fileOffset: number, wanted: number, got: number) {
  return new VmcorekitError('malformed', {
    structure,
    fileOffset,
    field: 'length of the zip64 extra field',
    wanted: `at least ${wanted} bytes`,
    got,
  });
}
