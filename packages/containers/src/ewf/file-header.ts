import { type ByteSource, hasAt, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';

/** Source of the whole format: libewf, "Expert Witness Compression Format (EWF)". */
export const ewfMagic = 'EVF\t\r\n\xff\0';
export const fileHeaderInBytes = 13;
const structure = 'EWF file header';

/** The number of a segment in its set, from 1 on. Throws `malformed` for another kind of file. */
export function readSegmentNumber(file: ByteSource): number {
  const bytes = readExactly(file, 0, fileHeaderInBytes, structure);
  const number = new StructView(bytes, 'little', structure).uint16(9);
  if (!hasAt(bytes, 0, ewfMagic) || number === 0) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset: 0,
      field: 'magic and segment number',
      wanted: 'EVF, and 1 or more',
      got: `${hasAt(bytes, 0, ewfMagic) ? 'EVF' : 'other bytes'}, ${number}`,
    });
  }
  return number;
}
