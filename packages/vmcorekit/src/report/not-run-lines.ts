import { type NotRun, printable } from '@vmcorekit/core';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';

/** What was not run and why: folded to one line, the reasons shared; in full when asked. */
export function notRunLines(notRun: readonly NotRun[], style: Style, verbose: boolean): string[] {
  if (verbose) {
    const rows = notRun.map(({ name, because }) => [name, printable(because)]);
    return table([{ title: 'name' }, { title: 'because', isFlexible: true }], rows, style);
  }
  const namesByReason = new Map<string, string[]>();
  for (const { name, because } of notRun) {
    namesByReason.set(because, [...(namesByReason.get(because) ?? []), name]);
  }
  const folded = [...namesByReason].map(([because, names]) => `${names.join(', ')} (${printable(because)})`).join('; ');
  return folded === '' ? [] : [`  ${folded.length > style.width - 2 ? `${folded.slice(0, style.width - 3)}…` : folded}`];
}
