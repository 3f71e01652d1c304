import { blockCodecs } from '@vmcorekit/compressors';
import { hex, type StructView, VmcorekitError } from '@vmcorekit/core';

/** Checks the Adler-32 that follows so many bytes of a structure. Throws `malformed`. */
export function checkAdler32(view: StructView, from: number, lengthInBytes: number): void {
  const got = view.uint32(from + lengthInBytes);
  const wanted = blockCodecs().adler32(view.slice(from, lengthInBytes));
  if (got !== wanted) {
    throw new VmcorekitError('malformed', {
      structure: view.structure,
      fileOffset: view.fileOffset,
      field: 'checksum',
      wanted: `that of its bytes, ${hex(wanted)}`,
      got,
    });
  }
}
