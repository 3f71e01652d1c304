import type { Analyzer } from '@vmcorekit/core';
import { facts } from '../output/facts.ts';
import type { Style } from '../output/style.ts';
import { optionRows } from './option-rows.ts';

/** The list of analyzers for people. */
export function analyzersReport(analyzers: readonly Analyzer[], style: Style): string {
  const blocks = analyzers.map(({ name, summary, options }) =>
    [style.strong(name), ...facts([['does', summary]], style), ...optionRows(options, style)].join('\n'),
  );
  return `${blocks.join('\n\n')}\n`;
}
