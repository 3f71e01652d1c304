import type { ColumnKind } from '@vmcorekit/core';
import { deepIndent, indent, sizeOf } from './line.ts';

/** What the width of a column depends on. */
export interface ColumnNeeds {
  readonly kind: ColumnKind | undefined;
  /** The width of its widest cell, or of its title. */
  readonly natural: number;
  /** The width of the widest number or path in it, which no line break may part. */
  readonly longestToken: number;
}

/** A narrower column is hard to read. Sentences need more, or they stand beneath their row. */
const leastProse = 16;
const leastSentence = 40;
const leastBeneath = 20;

/** Where the cells of a column stand in a line. */
export interface PlacedColumn {
  readonly index: number;
  readonly start: number;
  readonly width: number;
}

/** Columns that stand side by side. Only a table that is too wide for one line has several. */
export interface Band {
  readonly columns: readonly PlacedColumn[];
  /** Whether the titles of the columns are shown: a sentence beneath its row needs none. */
  readonly hasHead: boolean;
}

/**
 * Places the columns of a table within a width. First prose and sentences give room. Then sentences
 * go beneath their rows, and then what still finds no room: words and numbers keep their width, so
 * only one that is too wide alone exceeds it.
 */
export function layOut(needs: readonly ColumnNeeds[], width: number): Band[] {
  const naturals = needs.map(({ natural }) => natural);
  const least = needs.map(leastOf);
  const all = [...naturals.keys()];
  const isInOneLine = indent.length + sizeOf(least) <= width;
  const isBeneath = (index: number): boolean => !isInOneLine && needs[index]?.kind === 'sentence';
  const beneath = all.filter(isBeneath);
  const lines = folded(
    all.filter((index) => !isBeneath(index)),
    least,
    width,
  );
  return [
    ...lines.map((line, at) => ({
      columns: spread(line, naturals, least, at === 0 ? indent.length : deepIndent.length, width),
      hasHead: true,
    })),
    ...beneath.map((index) => ({
      columns: [
        {
          index,
          start: deepIndent.length,
          width: Math.max(leastBeneath, width - deepIndent.length),
        },
      ],
      hasHead: false,
    })),
  ];
}

function leastOf({ kind, natural, longestToken }: ColumnNeeds): number {
  if (kind !== 'prose' && kind !== 'sentence') {
    return natural;
  }
  const least = kind === 'prose' ? leastProse : leastSentence;
  return Math.min(natural, Math.max(least, longestToken));
}

/** Breaks the columns into lines that their least widths fit into. */
function folded(columns: readonly number[], least: readonly number[], width: number): number[][] {
  const lines: number[][] = [];
  for (const index of columns) {
    const line = lines.at(-1);
    const start = lines.length > 1 ? deepIndent.length : indent.length;
    const size = sizeOf([...(line ?? []), index].map((each) => least[each] ?? 0));
    if (line === undefined || start + size > width) {
      lines.push([index]);
    } else {
      line.push(index);
    }
  }
  return lines;
}

/** Shares the room of a line. The narrowest first: what they do not need goes to the others. */
function spread(
  line: readonly number[],
  naturals: readonly number[],
  least: readonly number[],
  start: number,
  width: number,
): PlacedColumn[] {
  const widths = new Map(line.map((index) => [index, least[index] ?? 0]));
  const needy = line
    .filter((index) => (least[index] ?? 0) < (naturals[index] ?? 0))
    .sort((a, b) => (naturals[a] ?? 0) - (naturals[b] ?? 0));
  for (const [done, index] of needy.entries()) {
    const left = width - start - sizeOf([...widths.values()]);
    const others = needy.slice(done + 1).reduce((sum, each) => sum + (least[each] ?? 0), 0);
    const own = widths.get(index) ?? 0;
    const share = Math.floor((left + own + others) / (needy.length - done));
    widths.set(index, Math.min(naturals[index] ?? 0, Math.max(own, share)));
  }
  return line.map((index, at) => ({
    index,
    start: start + sizeOf([...line.slice(0, at).map((each) => widths.get(each) ?? 0), 0]),
    width: widths.get(index) ?? 0,
  }));
}
