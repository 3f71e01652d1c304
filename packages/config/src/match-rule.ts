import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { parseSize } from '@vmcorekit/core';
import picomatch from 'picomatch';
import type { NumberCondition, Patterns, RuleMatch } from './config.ts';
import type { PlacedRule } from './configuration.ts';
import type { DumpFacts } from './dump-facts.ts';

/** Whether one condition of a rule holds, and the dump's own value. */
export interface ConditionOutcome {
  readonly condition: keyof RuleMatch;
  readonly holds: boolean;
  /** The value in the rule, as written. */
  readonly wanted: string;
  /** The dump's value; null where it is not known. */
  readonly got: string | null;
}

/** Tries every condition of a rule. The rule applies where all hold. */
export function matchRule(
  { rule, file }: PlacedRule,
  facts: DumpFacts,
): readonly ConditionOutcome[] {
  return Object.entries(rule.match ?? {}).map(([name, wanted]) => {
    const condition = name as keyof RuleMatch;
    const shown = { condition, wanted: wantedText(wanted) };
    switch (condition) {
      case 'path': {
        const holds = facts.paths.some((path) =>
          matchesPath(wanted as Patterns, path, dirname(file.path)),
        );
        return { ...shown, holds, got: facts.paths.join(', ') };
      }
      case 'pageSize':
      case 'memorySize':
      case 'cpus': {
        const got = facts[condition];
        return { ...shown, holds: isWithin(wanted as NumberCondition, got), got: String(got) };
      }
      default: {
        const got = facts[condition];
        return { ...shown, holds: got !== null && matches(wanted as Patterns, got), got };
      }
    }
  });
}

function matches(patterns: Patterns, text: string): boolean {
  return picomatch([patterns].flat(), { dot: true })(text);
}

function matchesPath(patterns: Patterns, path: string, folder: string): boolean {
  return [patterns].flat().some((pattern) => {
    const isNegated = pattern.startsWith('!');
    const plain = isNegated ? pattern.slice(1) : pattern;
    const matched = plain.includes('/')
      ? matches(
          isAbsolute(plain) || plain.startsWith('**')
            ? plain
            : `${literally(folder)}/${plain.replace(/^\.\//, '')}`,
          resolve(path),
        )
      : matches(plain, basename(path));
    return matched !== isNegated;
  });
}

/** Escapes a folder's name, which may hold characters with a meaning in patterns. */
function literally(folder: string): string {
  return folder.replace(/[\\*?[\]{}()!+@|]/g, '\\$&');
}

function isWithin(condition: NumberCondition, got: number): boolean {
  if (typeof condition !== 'object') {
    return got === parseSize(String(condition), 'condition');
  }
  const { from, to } = condition;
  return (
    (from === undefined || got >= parseSize(String(from), 'from')) &&
    (to === undefined || got <= parseSize(String(to), 'to'))
  );
}

function wantedText(wanted: Patterns | NumberCondition): string {
  if (typeof wanted === 'object' && !isList(wanted)) {
    return [wanted.from ?? '', wanted.to ?? ''].join(' … ').trim();
  }
  return isList(wanted) ? wanted.join(' or ') : String(wanted);
}

function isList(wanted: Patterns | NumberCondition): wanted is readonly string[] {
  return Array.isArray(wanted);
}
