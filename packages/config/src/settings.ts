import { dirname, resolve } from 'node:path';
import { isUrl, type OptionValue, parseDuration } from '@vmcorekit/core';
import type { HeuristicEntry, Rule } from './config.ts';
import type { PlacedRule } from './configuration.ts';
import type { DumpFacts } from './dump-facts.ts';
import { type ConditionOutcome, matchRule } from './match-rule.ts';
import {
  namingSettings,
  type PlaceSettings,
  placeReaders,
  placeSettingsOf,
} from './place-settings.ts';
import { fillPlaceholders } from './placeholders.ts';

/** A heuristic to run, with its options. */
export interface HeuristicSetting {
  readonly name: string;
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** What rules say about the search in one dump, in the library's units. */
export interface Settings extends PlaceSettings {
  readonly heuristics?: readonly HeuristicSetting[];
  readonly acceptAt?: 'certain' | 'probable';
  readonly pageLimit?: number;
  readonly timeLimitInMilliseconds?: number;
  /** Absolute paths, without those whose placeholders cannot be filled. */
  readonly symbols?: readonly string[];
}

export interface TriedRule {
  readonly placed: PlacedRule;
  readonly conditions: readonly ConditionOutcome[];
  readonly applies: boolean;
}

export interface EffectiveSettings {
  readonly settings: Settings;
  /** The rule that each setting comes from. */
  readonly from: { readonly [Name in keyof Settings]?: PlacedRule };
  readonly tried: readonly TriedRule[];
}

/** Tries all rules on a dump, in order. Later ones win, setting by setting. */
export function settingsFor(rules: readonly PlacedRule[], facts: DumpFacts): EffectiveSettings {
  const tried = rules.map((placed) => {
    const conditions = matchRule(placed, facts);
    return { placed, conditions, applies: conditions.every(({ holds }) => holds) };
  });
  let settings: Settings = {};
  let from: EffectiveSettings['from'] = {};
  for (const { placed } of tried.filter(({ applies }) => applies)) {
    const own = settingsOf(placed, facts);
    const isNaming = namingSettings.some((name) => own[name] !== undefined);
    settings = { ...(isNaming ? withoutPlace(settings) : settings), ...own };
    from = { ...from, ...Object.fromEntries(Object.keys(own).map((name) => [name, placed])) };
  }
  return { settings, from, tried };
}

/** A rule's heuristics, in their one full form. */
export function heuristicsOf(rule: Rule): readonly HeuristicSetting[] {
  return (rule.heuristics ?? []).map(heuristicOf);
}

/** A KASLR offset belongs to its phys_base, and a kernel has one place: all are replaced. */
function withoutPlace(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in placeReaders)));
}

function settingsOf({ rule, file }: PlacedRule, { release }: DumpFacts): Settings {
  const paths = [rule.symbols ?? [], ...(rule.heuristics ?? []).map(systemMapOf)].flat();
  return {
    ...(rule.heuristics === undefined ? {} : { heuristics: heuristicsOf(rule) }),
    ...(rule.acceptAt === undefined ? {} : { acceptAt: rule.acceptAt }),
    ...(rule.pageLimit === undefined ? {} : { pageLimit: rule.pageLimit }),
    ...(rule.timeLimit === undefined
      ? {}
      : { timeLimitInMilliseconds: parseDuration(String(rule.timeLimit), 'timeLimit') }),
    ...placeSettingsOf(rule),
    ...(paths.length === 0
      ? {}
      : {
          symbols: paths.flatMap((path) => {
            const filled = fillPlaceholders(path, release);
            return filled === null
              ? []
              : [isUrl(filled) ? filled : resolve(dirname(file.path), filled)];
          }),
        }),
  };
}

function heuristicOf(entry: HeuristicEntry): HeuristicSetting {
  if (typeof entry === 'string') {
    return { name: entry, options: {} };
  }
  if (isPair(entry)) {
    return { name: entry[0], options: entry[1] ?? {} };
  }
  const { use, systemMap: _symbols, ...options } = entry;
  return { name: use, options };
}

function systemMapOf(entry: HeuristicEntry): string[] {
  return typeof entry === 'string' || isPair(entry) || entry.systemMap === undefined
    ? []
    : [entry.systemMap];
}

function isPair(
  entry: Exclude<HeuristicEntry, string>,
): entry is Extract<HeuristicEntry, readonly unknown[]> {
  return Array.isArray(entry);
}
