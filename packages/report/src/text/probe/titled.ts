import type { Style } from '../../layout/style.ts';

/** A titled part of the short report, without a blank line; nothing if it has no lines. */
export function titled(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [style.strong(title), ...lines];
}
