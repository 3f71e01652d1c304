import { type ErrorFacts, VmcorekitError } from '@vmcorekit/core';

type Facts = ErrorFacts['page-unreadable'];

/** The error for memory that cannot be read at an address. */
export function unreadable(
  pageSizeInBytes: number,
  physicalAddress: number,
  state: Facts['state'],
  facts: Pick<Facts, 'because' | 'condition' | 'fileOffset'>,
  cause?: unknown,
): VmcorekitError<'page-unreadable'> {
  const pfn = Math.floor(physicalAddress / pageSizeInBytes);
  return new VmcorekitError(
    'page-unreadable',
    { physicalAddress, pfn, state, ...facts },
    cause === undefined ? undefined : { cause },
  );
}
