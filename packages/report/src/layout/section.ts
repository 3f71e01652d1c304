import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** A titled part of a report; nothing where it has no lines. */
export function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : ['', style.strong(title), ...lines];
}

/**
 * Lines of `label  value` pairs. Labels are aligned, and long values wrap beneath themselves. Only
 * short values may be coloured: a coloured one does not wrap.
 */
export function facts(
  pairs: readonly (readonly [label: string, value: string])[],
  style: Style,
): string[] {
  const labelWidth = Math.max(0, ...pairs.map(([label]) => label.length));
  const start = labelWidth + 4;
  return pairs.flatMap(([label, value]) => {
    const lines = value.includes('\x1b') ? [value] : wrap(value, Math.max(20, style.width - start));
    return lines.map(
      (line, index) =>
        `  ${index === 0 ? style.faint(label.padEnd(labelWidth)) : ' '.repeat(labelWidth)}  ${line}`,
    );
  });
}
