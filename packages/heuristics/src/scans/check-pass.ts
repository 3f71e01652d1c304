import {
  type AnyMemoryLook,
  type Dump,
  isTooMuchToFetch,
  seenThroughout,
  VmcorekitError,
} from '@vmcorekit/core';

/**
 * What a witness asks before it searches all memory for these looks. Throws `transfer-limit` where
 * that may fetch more over a network than is left, unless an earlier pass saw all. The engine asks
 * the same before each heuristic of cost `scan`.
 */
export function checkPass(
  { files, image: { memory }, statistics: { transfer } }: Dump,
  looks: readonly AnyMemoryLook[],
): void {
  const areSeen = looks.every((look) => seenThroughout(memory, look) !== undefined);
  if (!areSeen && isTooMuchToFetch(transfer)) {
    const limitInBytes = transfer.bytesFetched + (transfer.leftInBytes ?? 0);
    throw new VmcorekitError('transfer-limit', { file: files.join(' '), limitInBytes });
  }
}
