import { styleText } from 'node:util';
import type { Io } from '../io.ts';

type Paint = (text: string) => string;

/** How text for stdout looks: colours, or none, and how wide it may be. */
export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly doubtful: Paint;
  readonly bad: Paint;
  /** Columns; infinite where the reader is a program, so that one row stays one line. */
  readonly width: number;
}

/** Colour only on a terminal, unless NO_COLOR (any value but an empty one) or the option forbids it. */
export function createStyle({ stdout, env }: Pick<Io, 'stdout' | 'env'>, noColor: boolean): Style {
  const isTerminal = stdout.isTTY === true;
  const isColoured = isTerminal && !noColor && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  const paint = (format: Parameters<typeof styleText>[0]): Paint =>
    isColoured ? (text) => styleText(format, text) : (text) => text;
  return {
    strong: paint('bold'),
    faint: paint('dim'),
    good: paint(['bold', 'green']),
    doubtful: paint(['bold', 'yellow']),
    bad: paint(['bold', 'red']),
    width: isTerminal ? Math.max(40, stdout.columns ?? 80) : Number.POSITIVE_INFINITY,
  };
}
