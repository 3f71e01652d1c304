import type { EffectiveSettings, Settings } from '@vmcorekit/config';
import type { Json } from './json-line.ts';
import { ruleJson } from './rule-json.ts';

/** The answer of `config --explain`. docs/json.md describes it. */
export function explanationJson(path: string, effective: EffectiveSettings | null): { readonly [key: string]: Json } {
  const settings = Object.entries(effective?.settings ?? {}) as [keyof Settings, Json][];
  return {
    schema: 1,
    file: path,
    rules: (effective?.tried ?? []).map(({ placed, applies, conditions }) => ({
      ...ruleJson(placed),
      applies,
      conditions: conditions.map(({ condition, holds, wanted, got }) => ({ condition, holds, wanted, got })),
    })),
    settings: settings.map(([setting, value]) => {
      const placed = effective?.from[setting];
      return { setting, value, from: placed === undefined ? null : ruleJson(placed) };
    }),
  };
}
