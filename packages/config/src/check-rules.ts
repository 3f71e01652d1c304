import {
  type Heuristic,
  isVmcorekitError,
  parseDuration,
  parseSize,
  resolveOptions,
  VmcorekitError,
} from '@vmcorekit/core';
import { nearestName } from '@vmcorekit/core/nearest-name';
import { type KeyPath, keyText } from './config-file.ts';
import type { PlacedRule } from './configuration.ts';
import { namingSettings, placeReaders } from './place-settings.ts';
import { heuristicsOf } from './settings.ts';

/** Looks up heuristics: a toolkit's registry. */
export interface HeuristicRegistry {
  all(point: 'heuristics'): readonly Heuristic[];
  /** Throws `unknown-name`. */
  named(point: 'heuristics', name: string): Heuristic;
}

/**
 * Checks what the schema cannot: that heuristics and their options exist, and that every quantity
 * is valid. Throws `bad-config`.
 */
export function checkRules(rules: readonly PlacedRule[], registry: HeuristicRegistry): void {
  for (const placed of rules) {
    const { rule } = placed;
    for (const [index, { name, options }] of heuristicsOf(rule).entries()) {
      at(placed, ['heuristics', index], () =>
        resolveOptions(name, registry.named('heuristics', name).options, options),
      );
    }
    for (const [name, read] of Object.entries(placeReaders)) {
      const value = rule[name as keyof typeof placeReaders];
      at(placed, [name], () => value === undefined || read(value, name));
    }
    const [first, second] = namingSettings.filter((name) => rule[name] !== undefined);
    if (first !== undefined && second !== undefined) {
      at(placed, [second], () => refuseSecondName(first, second));
    }
    at(
      placed,
      ['timeLimit'],
      () => rule.timeLimit === undefined || parseDuration(String(rule.timeLimit), 'timeLimit'),
    );
    for (const name of ['pageSize', 'memorySize', 'cpus'] as const) {
      const wanted = rule.match?.[name];
      for (const size of typeof wanted === 'object' ? [wanted.from, wanted.to] : [wanted]) {
        at(placed, ['match', name], () => size === undefined || parseSize(String(size), name));
      }
    }
  }
}

/**
 * The rules without unknown heuristics. Where a plug-in was left out, the heuristics that it would
 * have contributed are left out of the rules.
 */
export function withoutUnknownHeuristics(
  rules: readonly PlacedRule[],
  registry: HeuristicRegistry,
): readonly PlacedRule[] {
  const known = registry.all('heuristics').map(({ name }) => name);
  return rules.map((placed) => {
    const { heuristics, ...others } = placed.rule;
    const names = heuristicsOf(placed.rule).map(({ name }) => name);
    const kept = heuristics?.filter((_, index) => known.includes(names[index] ?? '')) ?? [];
    return { ...placed, rule: kept.length === 0 ? others : { ...others, heuristics: kept } };
  });
}

function refuseSecondName(first: string, second: string): never {
  throw new VmcorekitError('usage', {
    what: second,
    got: `it with ${first}`,
    allowed: `one of ${namingSettings.join(', ')}`,
  });
}

function at({ file, key }: PlacedRule, inside: KeyPath, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!isVmcorekitError(error)) {
      throw error;
    }
    const path = [...key, ...inside];
    const near = isVmcorekitError(error, 'unknown-name')
      ? nearestName(error.facts.name, error.facts.known)
      : undefined;
    const because =
      near === undefined ? error.message : `${error.message}; did you mean '${near}'?`;
    throw new VmcorekitError(
      'bad-config',
      { file: file.path, line: file.lineOf(path), key: keyText(path), because },
      { cause: error },
    );
  }
}
