import { type PhysicalMemory, type PhysicalRange, pagesOf } from '@vmcorekit/core';
import { firstShown } from './damage-counts.ts';

/** A page, or the first of so many pages that follow each other and read alike. */
export interface PagesAlike {
  readonly page: PhysicalRange;
  readonly times: number;
}

/**
 * The pages of ranges, as `pagesOf` gives them. Of whole pages without bytes in the file, all but
 * the first few of a stretch are one step: a header of a few bytes can state petabytes of them.
 */
export function* pagesAlike(
  memory: Pick<PhysicalMemory, 'pageSizeInBytes' | 'bytelessUntil'>,
  ranges: readonly PhysicalRange[],
): Generator<PagesAlike, void, void> {
  const { pageSizeInBytes } = memory;
  for (const { start, end } of ranges) {
    for (let at = start; at < end; ) {
      const pages = at % pageSizeInBytes === 0 ? pagesFrom(at, end) : 0;
      if (pages > firstShown) {
        const rest = {
          start: at + firstShown * pageSizeInBytes,
          end: at + pages * pageSizeInBytes,
        };
        for (const page of pagesOf([{ start: at, end: rest.start }], pageSizeInBytes)) {
          yield { page, times: 1 };
        }
        const page = { start: rest.start, end: rest.start + pageSizeInBytes };
        yield { page, times: pages - firstShown };
        at = rest.end;
      } else {
        const page = {
          start: at,
          end: Math.min(end, at - (at % pageSizeInBytes) + pageSizeInBytes),
        };
        yield { page, times: 1 };
        at = page.end;
      }
    }
  }

  /** The number of whole pages that read alike. */
  function pagesFrom(at: number, end: number): number {
    const alike = memory.bytelessUntil?.(at);
    return alike === undefined ? 0 : Math.floor((Math.min(end, alike) - at) / pageSizeInBytes);
  }
}
