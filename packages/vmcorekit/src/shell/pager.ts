import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Io, type OutputStream, write } from '../io.ts';
import { columnsOf } from '../terminal/style.ts';
import { pipeTo } from './destinations.ts';
import type { OpenDestination } from './open-destination.ts';

/** Lines of a terminal that does not say how many it has. */
const usualRows = 24;
/** The prompt needs one too. */
const rowsLeft = 1;

/**
 * The pager's command: PAGER, else less or more if one of them is there. An empty PAGER, and `cat`,
 * mean none.
 */
export function pagerOf({ env }: Pick<Io, 'env'>): string | undefined {
  const { PAGER: asked } = env;
  if (asked !== undefined) {
    return asked.trim() === '' || asked.trim() === 'cat' ? undefined : asked;
  }
  return ['less', 'more'].find((name) => isInPath(name, env.PATH ?? ''));
}

/**
 * Shows a short answer as it is, and gives one that is longer than the terminal to the pager. Less
 * keeps the colours.
 */
export function pagedDestination(io: Io, pager: string): OpenDestination {
  const rows = (io.stdout as { readonly rows?: number }).rows ?? usualRows;
  const columns = columnsOf(io.stdout, io.env);
  let waiting = '';
  let usedRows = 0;
  let paged: OpenDestination | undefined;
  const stdout: OutputStream = {
    isTTY: true,
    columns,
    write(chunk, done) {
      if (paged !== undefined) {
        paged.stdout.write(chunk, done);
        return;
      }
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      waiting += text;
      usedRows += rowsIn(text, columns);
      if (usedRows <= rows - rowsLeft) {
        done();
        return;
      }
      paged = pipeTo(pager, io, { ...io.env, LESS: io.env.LESS ?? 'R' });
      paged.stdout.write(waiting, done);
      waiting = '';
    },
  };
  return {
    stdout,
    async end(status) {
      await (paged === undefined ? write(io.stdout, waiting) : paged.end(status));
    },
  };
}

/** How many rows a text fills, with lines that are wider than the terminal. */
function rowsIn(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split('\n');
  const wrapped = lines.reduce(
    (sum, line) => sum + Math.max(0, Math.ceil(line.length / columns) - 1),
    0,
  );
  return lines.length - 1 + wrapped;
}

function isInPath(name: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
