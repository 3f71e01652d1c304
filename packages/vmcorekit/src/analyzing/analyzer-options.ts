import { type Analyzer, type OptionValue, resolveOptions } from '@vmcorekit/core';
import { UsageError } from '../arguments/usage-error.ts';

/** A heuristic's option has its owner's name before a dot. */
export function isOfHeuristic(setting: string): boolean {
  return /^[^.=]+\./.test(setting);
}

/** Those settings that are the analyzer's. Throws for a wrong one before any dump is opened. */
export function analyzerOptions(
  analyzer: Analyzer,
  settings: readonly string[],
): Record<string, OptionValue> {
  const own = settings
    .filter((setting) => !isOfHeuristic(setting))
    .map((setting): [string, string] => {
      const [, name, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
      if (name === undefined || text === undefined) {
        throw new UsageError(`--option: got '${setting}', wanted NAME=VALUE`);
      }
      return [name, text];
    });
  const given = Object.fromEntries(own);
  resolveOptions(analyzer.name, analyzer.options, given);
  return given;
}
