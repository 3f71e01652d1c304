import { VmcorekitError } from '@vmcorekit/core';

export function malformed(
  structure: string,
  fileOffset: number,
  field: string,
  wanted: string,
  got: number | bigint | string,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
}
