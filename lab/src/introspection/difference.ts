/** One value of an answer that is not what the guest's own /proc says. */
export interface Difference {
  /** What it is about: `task 701 tun-reader`, `module tun`. */
  readonly subject: string;
  /** The field, or `missing` and `extra` for the whole subject. */
  readonly field: string;
  /** In the guest's words; empty where it has none. */
  readonly truth: string;
  /** In the answer's words; empty where it has none. */
  readonly answer: string;
}

/** An answer held against the truth. */
export interface Comparison {
  /** How many subjects were compared. */
  readonly compared: number;
  /** Those left out, each with the proof that it cannot be compared. */
  readonly excluded: readonly { readonly subject: string; readonly proof: string }[];
  readonly differences: readonly Difference[];
}

/**
 * Lists the field where the values differ. A field that the answer lacks claims nothing, and one
 * that the guest lacks cannot be compared.
 */
export function compareField(
  subject: string,
  field: string,
  truth: string | number | boolean | undefined,
  answer: string | number | boolean | null | undefined,
): readonly Difference[] {
  return truth === undefined || answer === null || answer === undefined || answer === truth
    ? []
    : [{ subject, field, truth: String(truth), answer: String(answer) }];
}
