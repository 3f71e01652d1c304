import { type PageState, plural, sizeText } from '@vmcorekit/core';

/** A page's state; `unstored` where the finer state was not read. */
export type TalliedState = PageState | 'unstored';

export interface Amount {
  readonly pages: number;
  readonly bytes: number;
}

/** The amount of memory in each state; only states that occur. */
export type PageTally = Readonly<Partial<Record<TalliedState, Amount>>>;

/** Physical memory in [start, end), all of it in one state. */
export interface StateRun {
  readonly start: number;
  readonly end: number;
  readonly state: TalliedState;
}

export function withRun(
  tally: PageTally,
  { start, end, state }: StateRun,
  pageSizeInBytes: number,
): PageTally {
  const { pages, bytes } = tally[state] ?? { pages: 0, bytes: 0 };
  const touched = Math.ceil(end / pageSizeInBytes) - Math.floor(start / pageSizeInBytes);
  return { ...tally, [state]: { pages: pages + touched, bytes: bytes + end - start } };
}

export function tallyText(tally: PageTally): string {
  const parts = Object.entries(tally).map(
    ([state, { pages, bytes }]) => `${state} ${plural(pages, 'page')} (${sizeText(bytes)})`,
  );
  return parts.length === 0 ? 'no pages' : parts.join(', ');
}
