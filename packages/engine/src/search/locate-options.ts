import {
  type KernelClaim,
  type OptionValue,
  type StepGuard,
  type SymbolTable,
  VmcorekitError,
} from '@vmcorekit/core';

export interface LocateOptions {
  /** Run every heuristic, even when the answer is certain. */
  readonly all?: boolean;
  /** Run only these, in this order; an unknown name throws `unknown-name`. */
  readonly only?: readonly string[];
  /** Leave these out. */
  readonly skip?: readonly string[];
  /**
   * Heuristics and witnesses to leave out, and why: `hung for 10 s`. An answer without them is as
   * sure as one whose time limit cut them. `the search for symbols` is also one.
   */
  readonly leftOut?: Readonly<Record<string, string>>;
  /** Why heuristics not in `only` are left out, where something other than the user chose. */
  readonly onlyBecause?: string;
  /** Options by heuristic name. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, OptionValue>>>>;
  /** The confidence that ends the search; default `certain`. */
  readonly acceptAt?: 'certain' | 'probable';
  /** Symbol files from the user. */
  readonly symbolFiles?: readonly SymbolTable[];
  /**
   * The user's own claims about the kernel. They are verified like any other claim, and reported as
   * given. Among several kernels, they choose the one they match.
   */
  readonly told?: KernelClaim;
  /** The source of `told`, as reports name it: `the user` by default. */
  readonly toldBy?: string;
  /**
   * The number of pages that the search may read; default 16 Mi. Each heuristic may read half of
   * what is left. This is what bounds a search.
   */
  readonly pageLimit?: number;
  /**
   * The watchdog's limit for the whole search; default 10 min. An answer cut by it depends on the
   * machine, and says so (`timed-out`).
   */
  readonly timeLimitInMilliseconds?: number;
  /**
   * The watchdog's limit from one step of a heuristic or witness to the next; default 30 s, and
   * never more than half of the whole.
   */
  readonly stepTimeLimitInMilliseconds?: number;
  readonly guard?: StepGuard;
  /**
   * Called before the steps of a heuristic or witness, with its name. For a caller that can only
   * end its whole worker: the last name is that of the one that hangs.
   */
  readonly onStep?: (name: string) => void;
}

/**
 * Throws `usage` for invalid limits and for an unknown confidence, because a caller may write
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

/** A full pass through 64 GiB, or several through less. */
export const defaultPageLimit: number = 16 * 1024 * 1024;
export const defaultTimeLimitInMilliseconds = 600_000;
/**
 * A heuristic yields every few milliseconds. Even on a machine a hundred times slower, that is
 * within a second.
 */
export const defaultStepLimitInMilliseconds = 30_000;
