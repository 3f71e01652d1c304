import type { Analyzer } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import type { Json } from './json-line.ts';
import { optionsJson } from './options-json.ts';

/** The list of analyzers. docs/json.md describes it. */
export function analyzersJson(toolkit: Toolkit, analyzers: readonly Analyzer[]): { readonly [key: string]: Json } {
  return {
    schema: 1,
    analyzers: analyzers.map((analyzer) => ({
      name: analyzer.name,
      summary: analyzer.summary,
      plugin: toolkit.registry.contributorOf(analyzer) ?? null,
      options: optionsJson(analyzer.options),
    })),
  };
}
