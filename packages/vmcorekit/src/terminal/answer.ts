import { styleText } from 'node:util';
import { type JsonObject, jsonLine, type Paint, type Style } from '@vmcorekit/report';
import type { Invocation } from '../command.ts';
import { type Io, write } from '../io.ts';

type Asked = Pick<Invocation, 'io' | 'global'>;

/** The answer of a command: with `--json` one line for programs, else text in stdout's style. */
export function answerText(
  { io, global }: Asked,
  json: () => JsonObject,
  text: (style: Style) => string,
): string {
  return global.json ? jsonLine(json()) : text(createStyle(io, global['no-color']));
}

/** Writes the answer of a command to stdout. */
export async function writeAnswer(
  asked: Asked,
  json: () => JsonObject,
  text: (style: Style) => string,
): Promise<void> {
  await write(asked.io.stdout, answerText(asked, json, text));
}

/** Colours only a terminal, unless NO_COLOR (not empty) or the option forbids it. */
function createStyle({ stdout, env }: Pick<Io, 'stdout' | 'env'>, noColor: boolean): Style {
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
