import type { PackedTable } from '../../protocol/analysis-calls.ts';

/** The log as a table: the level of each line and the line. */
export interface LogTable {
  readonly table: PackedTable;
  /** 0 (emergency) to 7 (debug); 255 for a line without one, as of a lost record. */
  readonly levels: Uint8Array;
}

const noLevel = 255;

/**
 * The lines of `log --prefix` as a table. `names` are those of the levels, from 0 on.
 */
export function logTable(text: string, names: readonly string[]): LogTable {
  const lines = text === '' ? [] : text.split('\n');
  const levels = new Uint8Array(lines.length);
  const messages: string[] = [];
  for (const [index, line] of lines.entries()) {
    const [prefix, digits] = /^<(\d)>/.exec(line) ?? [];
    levels[index] = digits === undefined ? noLevel : Number(digits);
    messages.push(line.slice(prefix?.length ?? 0));
  }
  return {
    levels,
    table: {
      heads: [
        { title: 'level', kind: 'word' },
        { title: 'message', kind: 'sentence' },
      ],
      rowCount: lines.length,
      columns: [columnOf(Array.from(levels, (level) => names[level] ?? '')), columnOf(messages)],
    },
  };
}

function columnOf(cells: readonly string[]): PackedTable['columns'][number] {
  let end = 0;
  const ends = Uint32Array.from(cells, ({ length }) => {
    end += length;
    return end;
  });
  return { text: cells.join(''), ends };
}

/** The look of a line: errors and warnings stand out, debugging steps back. */
export function levelClass(level: number | undefined): string {
  if (level === undefined || level === noLevel) {
    return '';
  }
  return level <= 3 ? 'urgent' : level === 4 ? 'warning' : level === 7 ? 'quiet' : '';
}
