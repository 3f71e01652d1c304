import type { ValueFacts } from '../arguments/option-spec.ts';

/** An operand after DUMP: what it is called, and the option of the analyzer that gets it. */
export interface Word extends ValueFacts {
  readonly name: string;
  readonly option: string;
  readonly isOptional?: boolean;
  /** Several are given to the option with spaces between them. */
  readonly isRepeatable?: boolean;
}
