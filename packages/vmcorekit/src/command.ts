import type { Configuration, PluginOutcome } from '@vmcorekit/config';
import type { Toolkit } from '@vmcorekit/engine';
import type { OptionTable, OptionValues, ValueFacts } from './arguments/option-spec.ts';
import type { ExitMeanings, ExitStatus } from './exit-status.ts';
import type { GlobalOptions } from './global-options.ts';
import type { DumpHere } from './here/dump-here.ts';
import type { Io } from './io.ts';

/** One operand of a command, for help, for counting and for a shell's completion. */
export interface Operand extends ValueFacts {
  readonly name: string;
  readonly isOptional?: boolean;
  readonly isRepeatable?: boolean;
  /** The dump that the command reads. Left out where one is open already. */
  readonly isDump?: true;
}

/** What a command is run with. */
export interface Invocation<Table extends OptionTable = OptionTable> {
  readonly io: Io;
  readonly global: GlobalOptions;
  readonly options: OptionValues<Table>;
  readonly operands: readonly string[];
  /** The composed plug-ins. */
  readonly toolkit: Toolkit;
  /** What was configured; its rules are checked against the toolkit. */
  readonly configuration: Configuration;
  /** The plug-ins that were configured: those in the toolkit, and those left out. */
  readonly plugins: PluginOutcome;
  /** The dump that is open already, in a shell or a server. Its paths are among the operands. */
  readonly here?: DumpHere;
  /** Every command, for what is made of all of them. */
  readonly commands: readonly LazyCommand[];
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
}

/** A command's name and summary, known without loading it. */
export interface LazyCommand extends CommandEntry {
  load(): Promise<Command>;
}

/** A command with its name and summary. */
export interface LoadedCommand extends CommandEntry {
  readonly command: Command;
}

/** Loads commands, for completion and man pages. */
export function loadCommands(commands: readonly LazyCommand[]): Promise<LoadedCommand[]> {
  return Promise.all(
    commands.map(async (entry) => ({
      name: entry.name,
      summary: entry.summary,
      command: await entry.load(),
    })),
  );
}

/**
 * A command as data, and what it does. Throws to end with a message; returns the exit status
 * otherwise.
 */
export interface Command {
  readonly operands: readonly Operand[];
  readonly options: OptionTable;
  /** False if the command must run whatever the configuration is: it gets none. */
  readonly isConfigured?: false;
  /** True if it reads all of a dump anyway: then it may fetch all of one on a server. */
  readonly readsAll?: true;
  /** Paragraphs for `--help`. */
  readonly details: readonly string[];
  /** Arguments, after the command's name. */
  readonly examples: readonly string[];
  /** The exit statuses. Every command may also end by a signal. */
  readonly exits: ExitMeanings;
  run(invocation: Invocation): Promise<ExitStatus>;
}

/** Gives `run` the types of the command's own option table. */
export function defineCommand<Table extends OptionTable>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: Table;
    run(invocation: Invocation<Table>): Promise<ExitStatus>;
  },
): Command {
  return { ...command, run: (invocation) => command.run(invocation as Invocation<Table>) };
}
