import type { EffectiveSettings, PlacedRule, Settings } from '@vmcorekit/config';
import type { Json } from './json-line.ts';

/** A rule as JSON names it. */
export function ruleJson({ rule, file, key }: PlacedRule): { readonly [key: string]: Json } {
  return { name: rule.name, file: file.path, line: file.lineOf(key) };
}

/** The rules that applied to a dump, each with the names of the settings that come from it. */
export function appliedRulesJson({ tried, settings, from }: EffectiveSettings): Json {
  const names = Object.keys(settings) as (keyof Settings)[];
  return tried
    .filter(({ applies }) => applies)
    .map(({ placed }) => ({ ...ruleJson(placed), sets: names.filter((name) => from[name] === placed) }));
}
