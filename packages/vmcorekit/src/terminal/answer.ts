import { type JsonObject, jsonLine, type Style } from '@vmcorekit/report';
import type { Invocation } from '../command.ts';
import { write } from '../io.ts';
import { createStyle } from './style.ts';

type Asked = Pick<Invocation, 'io' | 'global'>;

/** The answer of a command: one line of JSON with `--json`, else text in stdout's style. */
export function answerText(
  { io, global }: Asked,
  json: () => JsonObject,
  text: (style: Style) => string,
): string {
  return global.json ? jsonLine(json()) : text(createStyle(io, global));
}

/** Writes the answer of a command to stdout. */
export async function writeAnswer(
  asked: Asked,
  json: () => JsonObject,
  text: (style: Style) => string,
): Promise<void> {
  await write(asked.io.stdout, answerText(asked, json, text));
}
