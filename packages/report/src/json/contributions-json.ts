import {
  type Analyzer,
  type Heuristic,
  hex,
  type OptionSpec,
  type OptionSpecs,
  type Witness,
} from '@vmcorekit/core';
import type { Registry } from '@vmcorekit/engine';
import type { Json, JsonObject } from './json-line.ts';

/** The list of analyzers. `registry` knows the plug-in of each. See docs/json.md. */
export function analyzersJson(
  registry: Pick<Registry, 'contributorOf'>,
  analyzers: readonly Analyzer[],
): JsonObject {
  return {
    schema: 1,
    analyzers: analyzers.map((analyzer) => ({
      name: analyzer.name,
      summary: analyzer.summary,
      plugin: registry.contributorOf(analyzer) ?? null,
      options: optionsJson(analyzer.options),
    })),
  };
}

/** The list of heuristics and witnesses. `registry` knows the plug-in of each. See docs/json.md. */
export function heuristicsJson(
  registry: Pick<Registry, 'contributorOf'>,
  heuristics: readonly Heuristic[],
  witnesses: readonly Witness[],
): JsonObject {
  return {
    schema: 1,
    heuristics: heuristics.map((heuristic) => ({
      name: heuristic.name,
      summary: heuristic.summary,
      plugin: registry.contributorOf(heuristic) ?? null,
      needs: heuristic.needs,
      cost: heuristic.cost,
      yields: yieldedFields(heuristic),
      looksAt: heuristic.looksAt,
      architectures: heuristic.architectures,
      isExhaustive: heuristic.isExhaustive === true,
      options: optionsJson(heuristic.options),
    })),
    witnesses: witnesses.map(({ name, summary, architectures }) => ({
      name,
      summary,
      architectures,
    })),
  };
}

/** What a heuristic can yield, in the names of JSON. */
export function yieldedFields({ yields }: Heuristic): string[] {
  return yields.flatMap((field) =>
    field === 'root' ? ['pageTableRoot', 'pagingLevels'] : [field],
  );
}

function optionsJson(specs: OptionSpecs): Json {
  return Object.entries(specs).map(optionJson);
}

function optionJson([name, { type, summary, default: initial, minimum, maximum, choices }]: [
  string,
  OptionSpec,
]): Json {
  return {
    name,
    type,
    summary,
    default: typeof initial === 'bigint' ? hex(initial) : initial,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(choices === undefined ? {} : { choices }),
  };
}
