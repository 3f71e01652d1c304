import type { OverviewCell } from '../../protocol/memory-calls.ts';

interface Bar {
  readonly colour: string;
  /** Which halves of the strip it fills: a shape for those who see no colours. */
  readonly left: boolean;
  readonly right: boolean;
}

const bars: Readonly<Record<OverviewCell, Bar | null>> = {
  stored: { colour: 'var(--accent)', left: true, right: true },
  zero: { colour: 'var(--muted)', left: false, right: true },
  excluded: { colour: 'var(--doubtful)', left: true, right: false },
  corrupt: { colour: 'var(--bad)', left: true, right: true },
  absent: null,
};

/** The cells of an overview, top first, as a CSS background; equal neighbours are one stop. */
export function overviewPicture(cells: readonly OverviewCell[]): string {
  if (cells.length === 0) {
    return 'none';
  }
  return `${half(cells, 'left')} 0 0 / 50% 100% no-repeat, ${half(cells, 'right')} 100% 0 / 50% 100% no-repeat`;
}

function half(cells: readonly OverviewCell[], side: 'left' | 'right'): string {
  const stops: string[] = [];
  for (let first = 0; first < cells.length; ) {
    const cell = cells[first] ?? 'absent';
    let end = first + 1;
    while (cells[end] === cell) {
      end += 1;
    }
    const bar = bars[cell];
    const colour = bar?.[side] === true ? bar.colour : 'transparent';
    stops.push(`${colour} ${percent(first, cells)} ${percent(end, cells)}`);
    first = end;
  }
  return `linear-gradient(to bottom, ${stops.join(', ')})`;
}

function percent(index: number, { length }: readonly OverviewCell[]): string {
  return `${((index * 100) / length).toFixed(3)}%`;
}
