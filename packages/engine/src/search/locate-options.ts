import {
  type KernelClaim,
  type OptionValue,
  type StepGuard,
  type SymbolTable,
  VmcorekitError,
} from '@vmcorekit/core';

export interface LocateOptions {
  /** Run every heuristic, also when the answer is certain. */
  readonly all?: boolean;
  /** Run only these, in this order; an unknown name throws `unknown-name`. */
  readonly only?: readonly string[];
  /** Leave these out. */
  readonly skip?: readonly string[];
  /**
   * Why heuristics that `only` does not name are left out, where somebody else than the user chose.
   */
  readonly onlyBecause?: string;
  /** Options by heuristic name. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, OptionValue>>>>;
  /** How sure an answer must be to end the search; default `certain`. */
  readonly acceptAt?: 'certain' | 'probable';
  /** Symbol files the user gave. */
  readonly symbolFiles?: readonly SymbolTable[];
  /**
   * What the user says of the kernel: verified like any other claim, reported as told, and of
   * several kernels it chooses the one it names.
   */
  readonly told?: KernelClaim;
  /** Who says so, as the report shall name him: `the user` unless given. */
  readonly toldBy?: string;
  /**
   * How many pages of the dump the search may read, one heuristic half of what is left; default 16
   * Mi. It is this that bounds a search.
   */
  readonly pageLimit?: number;
  /**
   * The watchdog's, for the whole search; default 10 min. An answer it cuts depends on the machine,
   * and says so (`timed-out`).
   */
  readonly timeLimitInMilliseconds?: number;
  /**
   * The watchdog's, from one step of a heuristic or witness to the next; default 30 s, and never
   * more than half of the whole.
   */
  readonly stepTimeLimitInMilliseconds?: number;
  readonly guard?: StepGuard;
}

/**
 * Throws `usage` for limits that are none, and for a confidence there is not: a caller may write
 * JavaScript.
 */
export function checkSearch(options: LocateOptions): void {
  const limits = ['pageLimit', 'timeLimitInMilliseconds', 'stepTimeLimitInMilliseconds'] as const;
  for (const name of limits) {
    const value = options[name];
    if (value !== undefined && !(value > 0)) {
      throw new VmcorekitError('usage', {
        what: name,
        got: String(value),
        allowed: 'a number above 0',
      });
    }
  }
  const { acceptAt } = options;
  if (acceptAt !== undefined && acceptAt !== 'certain' && acceptAt !== 'probable') {
    throw new VmcorekitError('usage', {
      what: 'acceptAt',
      got: String(acceptAt),
      allowed: 'certain or probable',
    });
  }
}

/** A full pass through 64 GiB, or a few through less. */
export const defaultPageLimit: number = 16 * 1024 * 1024;
export const defaultTimeLimitInMilliseconds = 600_000;
/**
 * A heuristic yields every few milliseconds; even on a machine a hundred times slower that is a
 * second.
 */
export const defaultStepLimitInMilliseconds = 30_000;
