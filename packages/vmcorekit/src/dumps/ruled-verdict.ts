import type { EffectiveSettings } from '@vmcorekit/config';
import type { Verdict } from '@vmcorekit/core';

/** A verdict, and the rules that shaped the search for it. */
export interface RuledVerdict {
  readonly verdict: Verdict;
  /** Null if there are no rules. */
  readonly effective: EffectiveSettings | null;
  /** Symbol files that rules name and that could not be used, with the reason. */
  readonly unusedSymbols: readonly string[];
}
