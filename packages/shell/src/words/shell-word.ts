import type { Dump, Kernel, VirtualAddress } from '@vmcorekit/core';

/** The task that words without an argument are about, as `set` of crash chooses it. */
export interface CurrentTask {
  /** The address of its `task_struct`; null before anything chose one. */
  address: VirtualAddress | null;
  pid: number | null;
  /** The CPU that `set -c` chose; null for none. */
  cpu: number | null;
}

/** What a word runs with. It lives as long as the shell. */
export interface ShellContext {
  readonly dump: Dump;
  /** Throws `no-kernel` if the dump has none. */
  readonly kernel: Kernel;
  readonly current: CurrentTask;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** The words of the shell, for `help`. */
  readonly words: readonly ShellWord[];
  /** What a command of vmcorekit writes to stdout on this dump, without DUMP. */
  outputOf(args: readonly string[]): Promise<string>;
}

/**
 * What a word answers: commands of vmcorekit to run one after another, as arguments without DUMP,
 * or lines. Lines are written as they are: make text of the dump printable.
 */
export type WordAnswer =
  | { readonly commands: readonly (readonly string[])[] }
  | { readonly lines: Iterable<string> | AsyncIterable<string> };

/**
 * A word of the shell, such as crash's `rd`. It goes before a command of the same name, and passes
 * on arguments that it does not know.
 */
export interface ShellWord {
  readonly name: string;
  /** For the list of `help`. */
  readonly summary: string;
  /** What it takes, for `help NAME`: `[-8|-16|-32|-64] ADDRESS [COUNT]`. */
  readonly usage: string;
  /** Paragraphs for `help NAME`. */
  readonly details: readonly string[];
  /** What an argument completes to; nothing unless given. */
  readonly completes?: 'symbol' | 'type' | 'command';
  /** Throws `LineError` for wrong arguments, and whatever the kernel throws. */
  run(context: ShellContext, args: readonly string[]): WordAnswer | Promise<WordAnswer>;
}
