import type { PlacedRule } from '@vmcorekit/config';
import type { Json } from './json-line.ts';

/** A rule as JSON names it. */
export function ruleJson({ rule, file, key }: PlacedRule): { readonly [key: string]: Json } {
  return { name: rule.name, file: file.path, line: file.lineOf(key) };
}
