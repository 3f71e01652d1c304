import type { Outcome } from './judge.ts';
import type { Cell } from './matrix.ts';

/** What is read of `support-matrix.json`, as `matrixJson` writes it. */
interface SavedMatrix {
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly (Pick<Cell, 'guest' | 'machine' | 'format' | 'checked'> & {
    readonly outcomes: Readonly<Record<string, Outcome>>;
  })[];
  readonly complaints: readonly (Pick<Cell, 'guest' | 'format' | 'column'> & {
    readonly because: string;
  })[];
}

/** What the last check wrote of guests that this one did not ask. */
export interface Kept {
  readonly cells: readonly Cell[];
  /** Of all that wrote the file; empty where nothing is kept. */
  readonly versions: ReadonlyMap<string, string>;
}

/** Reads a matrix as JSON, without the guests in `asked`. */
export function keepOthers(json: string, asked: ReadonlySet<string>): Kept {
  const { rows, complaints, versions } = JSON.parse(json) as SavedMatrix;
  const cells = rows
    .filter(({ guest }) => !asked.has(guest))
    .flatMap(({ outcomes, ...where }) =>
      Object.entries(outcomes).map(([column, outcome]) => {
        const complaint = complaints.find(
          ({ guest, format, column: other }) =>
            guest === where.guest && format === where.format && other === column,
        );
        return { ...where, column, judgement: { outcome, because: complaint?.because ?? '' } };
      }),
    );
  return { cells, versions: new Map(cells.length === 0 ? [] : Object.entries(versions)) };
}

/** Kept cells and new ones in the order of their guests' names. */
export function joinCells(kept: readonly Cell[], asked: readonly Cell[]): readonly Cell[] {
  return [...kept, ...asked].sort((a, b) => Number(a.guest > b.guest) - Number(a.guest < b.guest));
}

/** Each name with the versions of both, without repeats. */
export function joinVersions(
  kept: ReadonlyMap<string, string>,
  asked: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(
    [...asked].map(([name, versions]) => {
      const both = `${versions}, ${kept.get(name) ?? ''}`.split(', ').filter((each) => each !== '');
      return [name, [...new Set(both)].sort().join(', ')];
    }),
  );
}
