import { type Analyzer, type OptionValue, resolveOptions } from '@vmcorekit/core';
import { UsageError } from '../arguments/usage-error.ts';

/** A heuristic's option has its owner's name before a dot. */
export function isOfHeuristic(setting: string): boolean {
  return /^[^.=]+\./.test(setting);
}

/**
 * The settings of each analyzer: those that it has an option for. One that none has is the first
 * analyzer's. Throws for a wrong one before any dump is opened.
 */
export function optionsOfEach(
  analyzers: readonly Analyzer[],
  settings: readonly string[],
): { readonly analyzer: Analyzer; readonly options: Record<string, OptionValue> }[] {
  const has = ({ options }: Analyzer, setting: string) =>
    Object.hasOwn(options, setting.split('=')[0] ?? '');
  const ofNone = settings.filter((setting) => !analyzers.some((each) => has(each, setting)));
  return analyzers.map((analyzer, index) => ({
    analyzer,
    options: analyzerOptions(analyzer, [
      ...settings.filter((setting) => has(analyzer, setting)),
      ...(index === 0 ? ofNone : []),
    ]),
  }));
}

/** Those settings that are the analyzer's. */
function analyzerOptions(
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
