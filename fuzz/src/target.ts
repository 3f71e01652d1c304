/**
 * One parser under attack. A run may end in two ways: with a result, described in a few words, or
 * with one of the library's typed errors. Any other error is a finding, and so is a run that takes
 * too long or too much memory.
 */
export interface FuzzTarget {
  readonly name: string;
  /** What the bytes are. */
  readonly summary: string;
  /** Valid and nearly valid inputs to start from. Kept small. */
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /**
   * Gives the bytes to the parser, uses the result, and throws `Broken` where that contradicts
   * itself. The words it returns identify the behaviour: an input that brings new ones is kept and
   * mutated further.
   */
  run(bytes: Uint8Array): string | Promise<string>;
}

/** A promise of the library that an input broke. */
export class Broken extends Error {
  override readonly name: string = 'Broken';
}

/** Throws `Broken` where something that must hold does not. */
export function must(holds: boolean, what: string): void {
  if (!holds) {
    throw new Broken(what);
  }
}
