import type { Transfer } from '@vmcorekit/core';

export const nothingFetched: Transfer = { requests: 0, bytesFetched: 0 };

/** What two workers have fetched together, and what is left for the later one. */
export function sumOf(earlier: Transfer, later: Transfer): Transfer {
  return {
    ...later,
    requests: earlier.requests + later.requests,
    bytesFetched: earlier.bytesFetched + later.bytesFetched,
  };
}
