/** Marks a text, or leaves it unchanged. */
export type Paint = (text: string) => string;

/** How a report looks: colours, or none, and how wide it may be. */
export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly doubtful: Paint;
  readonly bad: Paint;
  /** Columns. Infinite means that each row stays on one line. */
  readonly width: number;
}

const plain: Paint = (text) => text;

/** No colours. `width` is in columns. */
export function plainStyle(width: number = Number.POSITIVE_INFINITY): Style {
  return { strong: plain, faint: plain, good: plain, doubtful: plain, bad: plain, width };
}
