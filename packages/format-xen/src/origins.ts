import type { OriginSign } from '@vmcorekit/core';

/** Xen's tools alone write its cores and saves, of domains that it runs. */
export function originsOfXen(because: string, fileOffset: number): OriginSign[] {
  return (['capturedBy', 'writtenBy'] as const).map((axis) => ({
    axis,
    who: 'xen',
    score: 100,
    because,
    at: [{ fileOffset, note: because }],
  }));
}
