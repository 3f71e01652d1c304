import type { Transfer } from '@vmcorekit/core';
import type { JsonObject } from './json-line.ts';

/** What was fetched over a network, as keys of `statistics`; none where nothing was. */
export function transferJson(transfer: Transfer | undefined): JsonObject {
  return transfer === undefined
    ? {}
    : { requests: transfer.requests, bytesFetched: transfer.bytesFetched };
}
