import type { Style } from '../output/style.ts';

/** A titled part of a report; nothing where it has no lines. */
export function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : ['', style.strong(title), ...lines];
}
