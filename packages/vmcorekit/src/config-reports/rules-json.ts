import type { EffectiveSettings, PlacedRule, Settings } from '@vmcorekit/config';
import { addressJson, type Json, type JsonObject } from '@vmcorekit/report';

/** A rule as JSON names it. */
function ruleJson({ rule, file, key }: PlacedRule): JsonObject {
  return { name: rule.name, file: file.path, line: file.lineOf(key) };
}

/** The rules that applied to a dump, each with the names of the settings that come from it. */
export function appliedRulesJson({ tried, settings, from }: EffectiveSettings): Json {
  const names = Object.keys(settings) as (keyof Settings)[];
  return tried
    .filter(({ applies }) => applies)
    .map(({ placed }) => ({
      ...ruleJson(placed),
      sets: names.filter((name) => from[name] === placed),
    }));
}

/** The answer of `config --explain`. docs/json.md describes it. */
export function explanationJson(path: string, effective: EffectiveSettings | null): JsonObject {
  return {
    schema: 1,
    file: path,
    rules: (effective?.tried ?? []).map(({ placed, applies, conditions }) => ({
      ...ruleJson(placed),
      applies,
      conditions: conditions.map(({ condition, holds, wanted, got }) => ({
        condition,
        holds,
        wanted,
        got,
      })),
    })),
    settings: settingsJson(effective?.settings ?? {}).map(([setting, value]) => {
      const placed = effective?.from[setting];
      return { setting, value, from: placed === undefined ? null : ruleJson(placed) };
    }),
  };
}

/** Addresses are text, as everywhere in JSON. */
function settingsJson(settings: Settings): [keyof Settings, Json][] {
  const { imageOffset, textAt, ...others } = settings;
  return Object.entries({
    ...others,
    ...(imageOffset === undefined ? {} : { imageOffset: addressJson(imageOffset) }),
    ...(textAt === undefined ? {} : { textAt: addressJson(textAt) }),
  }) as [keyof Settings, Json][];
}
