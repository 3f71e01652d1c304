import type { Style } from '../../layout/style.ts';
import { wrap } from '../../layout/wrap.ts';

/** A titled part of the short report, without a blank line; nothing if it has no lines. */
export function titled(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [style.strong(title), ...lines];
}

/** A sentence after its title, wrapped; the lines after the first are indented. */
export function titledSentence(title: string, text: string, style: Style): string[] {
  return wrap(`${title}: ${text}`, style.width - 2).map((line, index) =>
    index === 0 ? line.replace(title, style.strong(title)) : `  ${line}`,
  );
}
