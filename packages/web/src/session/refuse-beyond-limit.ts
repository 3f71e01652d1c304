import { type Dump, VmcorekitError } from '@vmcorekit/core';

/**
 * Throws `transfer-limit` for work that reads all of a dump, where its files on servers are larger
 * than what may still be fetched: half of the work would be of no use.
 */
export function refuseBeyondLimit({ files, statistics }: Pick<Dump, 'files' | 'statistics'>): void {
  const { filesInBytes = 0, bytesFetched = 0, leftInBytes = Infinity } = statistics.transfer ?? {};
  if (filesInBytes > leftInBytes) {
    const limitInBytes = bytesFetched + leftInBytes;
    throw new VmcorekitError('transfer-limit', { file: files[0] ?? 'dump', limitInBytes });
  }
}
