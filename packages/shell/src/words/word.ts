import { type Kernel, VmcorekitError } from '@vmcorekit/core';
import type { CrashSession } from './crash-session.ts';

/** A command of vmcorekit for the dump that is open, without the dump: `['bt', '--cpus']`. */
export type CommandLine = readonly string[];

/** What a word does next: it prints a line, or runs a command. */
export type Step = string | CommandLine;

export interface WordContext {
  readonly kernel: Kernel;
  /** What the words of one shell keep between them. */
  readonly session: CrashSession;
}

/**
 * A word of crash, in crash's shape. To add one, write `name`, `usage`, `summary` and `run`, and
 * put it into `table.ts`. `run` gets the arguments as the user typed them, without quotes. It reads
 * the kernel only as its steps are taken. It throws `usage` for arguments that it does not have.
 */
export interface CrashWord {
  readonly name: string;
  /** What follows the name: `[-a] [PID|TASK ...]`. */
  readonly usage: string;
  readonly summary: string;
  /** How it differs from crash, a sentence each. */
  readonly differs?: readonly string[];
  run(args: readonly string[], context: WordContext): Iterable<Step>;
}

/** A word that vmcorekit does not have: it only says why, and what to use. */
export function refusedWord(name: string, summary: string, why: string): CrashWord {
  return {
    name,
    usage: '',
    summary,
    differs: [why],
    run() {
      throw new VmcorekitError('unsupported', { what: `'${name}' of crash`, advice: `use ${why}` });
    },
  };
}
