import type { Analyzer } from '@vmcorekit/core';
import type { Registry } from '@vmcorekit/engine';
import { UsageError } from './usage-error.ts';

/**
 * What people type who know another tool, or the name of an analyzer: words of crash, dmesg, diff.
 */
const commandsMeant: ReadonlyMap<string, string> = new Map([
  ['dmesg', 'analyze kernel-log'],
  ['log', 'analyze kernel-log'],
  ['kernel-log', 'analyze kernel-log'],
  ['memory-map', 'analyze memory-map'],
  ['vmcoreinfo', 'analyze vmcoreinfo'],
  ['vtop', 'translate'],
  ['rd', 'read'],
  ['diff', 'compare'],
  ['version', '--version'],
]);

const analyzersMeant: ReadonlyMap<string, string> = new Map([
  ['dmesg', 'kernel-log'],
  ['log', 'kernel-log'],
]);

/**
 * The words of this tool for a command that it does not have; undefined where it is no known word.
 */
export function commandMeant(name: string): string | undefined {
  return commandsMeant.get(name);
}

/**
 * The analyzer of that name. Throws `UsageError` for one that other tools call so, else
 * `unknown-name`.
 */
export function analyzerNamed(registry: Registry, name: string): Analyzer {
  const meant = analyzersMeant.get(name);
  if (
    meant !== undefined &&
    !registry.all('analyzers').some((analyzer) => analyzer.name === name)
  ) {
    throw new UsageError(`there is no analyzer '${name}' (did you mean '${meant}'?)`);
  }
  return registry.named('analyzers', name);
}
