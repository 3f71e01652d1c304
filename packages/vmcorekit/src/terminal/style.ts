import { styleText } from 'node:util';
import type { Paint, Style } from '@vmcorekit/report';
import type { GlobalOptions } from '../global-options.ts';
import type { Io, OutputStream } from '../io.ts';

/** Columns of a terminal that does not say how many it has. */
const usualTerminal = 80;
/** Columns of a pipe or file: what fits into a ticket or an e-mail. */
const usualPipe = 100;
/** With fewer, tables are one word a line. */
const leastColumns = 40;

/** By default, Node 22 also asks the process's stdout, which may be another stream. */
const isDecided = { validateStream: false };

type Terminal = Pick<Io, 'stdout' | 'env'>;

/** How reports on stdout look: at least 40 columns wide, and coloured if `isColoured` says so. */
export function createStyle(io: Terminal, asked: Pick<GlobalOptions, 'color' | 'no-color'>): Style {
  const isWanted = isColoured(io, asked);
  const paint = (format: Parameters<typeof styleText>[0]): Paint =>
    isWanted ? (text) => styleText(format, text, isDecided) : (text) => text;
  return {
    strong: paint('bold'),
    faint: paint('dim'),
    good: paint(['bold', 'green']),
    doubtful: paint(['bold', 'yellow']),
    bad: paint(['bold', 'red']),
    width: Math.max(leastColumns, columnsOf(io.stdout, io.env)),
  };
}

/**
 * How a table of a kernel's things looks. In a pipe or file a row is one line, whatever its width,
 * unless COLUMNS is set: a filter such as grep takes lines.
 */
export function tableStyle({ stdout, env }: Terminal, style: Style): Style {
  const isLimited = stdout.isTTY === true || stdout.columns !== undefined || givenColumns(env) > 0;
  return isLimited ? style : { ...style, width: Number.POSITIVE_INFINITY };
}

/**
 * The width of a stream in columns. Of a terminal: its own, else COLUMNS, else 80; many pseudo
 * terminals report 0 columns, which says nothing. Of a pipe or file: COLUMNS, else 100.
 */
export function columnsOf(stream: OutputStream, env: Io['env']): number {
  const isTerminal = stream.isTTY === true;
  const given = givenColumns(env);
  const own = isTerminal ? (stream.columns ?? 0) : 0;
  return own || given || (isTerminal ? usualTerminal : usualPipe);
}

function givenColumns(env: Io['env']): number {
  return Number(/^\d{1,6}$/.exec(env.COLUMNS ?? '')?.[0] ?? 0);
}

/**
 * The first that decides: `--no-color`; `--color` unless it is `auto`; FORCE_COLOR (`0` and `false`
 * forbid colours); NO_COLOR; `TERM=dumb`; and whether stdout is a terminal. An empty variable
 * decides nothing. FORCE_COLOR goes before NO_COLOR, as in Node.
 */
export function isColoured(
  { stdout, env }: Terminal,
  { color, 'no-color': isForbidden }: Pick<GlobalOptions, 'color' | 'no-color'>,
): boolean {
  if (isForbidden || color !== 'auto') {
    return !isForbidden && color === 'always';
  }
  const { FORCE_COLOR: forced = '', NO_COLOR: forbidden = '', TERM: kind } = env;
  if (forced !== '') {
    return forced !== '0' && forced !== 'false';
  }
  return forbidden === '' && kind !== 'dumb' && stdout.isTTY === true;
}
