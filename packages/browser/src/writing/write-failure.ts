import { VmcorekitError } from '@vmcorekit/core';

/** What a browser throws where it cannot write, as `io`. Source: the File System Standard. */
export function writeFailure(file: string, error: unknown): VmcorekitError {
  return new VmcorekitError('io', { file, because: reasonOf(error) }, { cause: error });
}

function reasonOf(error: unknown): string {
  switch (error instanceof DOMException ? error.name : '') {
    case 'QuotaExceededError':
      return 'the disk, or what the browser may use of it, is full';
    case 'NotAllowedError':
      return 'the browser does not let this page write it: choose it again';
    case 'NotFoundError':
      return 'it, or its folder, is no longer there: choose it again';
    case 'NoModificationAllowedError':
      return 'another program or page has it open';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
