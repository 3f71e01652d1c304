import { LineError, type ShellLine, type ShellWord, type WordAnswer } from '@vmcorekit/shell';
import { UsageError } from '../arguments/usage-error.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { runHere } from '../here/run-here.ts';
import { complain, type Io, OutputError, write } from '../io.ts';
import { reportError } from '../terminal/report-error.ts';
import { openDestination, runSystem } from './destinations.ts';
import type { OpenDestination } from './open-destination.ts';
import type { OpenShell } from './open-shell.ts';
import { pagedDestination } from './pager.ts';
import { WordContext } from './word-context.ts';
import { wordHelp } from './word-help.ts';

/** How a shell runs lines. */
export interface LineRunner {
  readonly shell: OpenShell;
  readonly io: Io;
  /** Undefined for none. */
  readonly pager: string | undefined;
}

/**
 * Runs a command, or a line for the system's shell, and returns its exit status. Ctrl-C ends it.
 * Never throws: what goes wrong is written to stderr.
 */
export async function runLine(
  runner: LineRunner,
  line: Extract<ShellLine, { kind: 'command' | 'system' }>,
): Promise<ExitStatus> {
  const { shell, io } = runner;
  const interruption = new AbortController();
  using _ = io.catchInterrupts?.(() => interruption.abort());
  const signal = AbortSignal.any([io.signal, interruption.signal]);
  try {
    if (line.kind === 'system') {
      const status = await runSystem(line.command, io);
      return status === 0 ? exitStatus.answered : exitStatus.unanswered;
    }
    const isPaged = line.to === null && io.stdout.isTTY === true;
    const destination =
      line.to !== null
        ? openDestination(line.to, { ...ioOf(io), signal }, shell.here.dump.files)
        : isPaged && runner.pager !== undefined
          ? pagedDestination(io, runner.pager)
          : undefined;
    const status = await runWords(runner, line.words, signal, destination);
    return signal.aborted ? await endedByUser(io) : status;
  } catch (error) {
    if (signal.aborted) {
      return await endedByUser(io);
    }
    if (error instanceof OutputError && error.isBrokenPipe) {
      return exitStatus.answered;
    }
    return await reportError(
      io,
      error instanceof LineError ? new UsageError(error.message) : error,
      {
        json: false,
        debug: shell.here.global.debug,
      },
    );
  }
}

async function endedByUser(io: Io): Promise<ExitStatus> {
  await complain(io, 'vmcorekit: ended by Ctrl-C\n');
  return exitStatus.interrupted;
}

async function runWords(
  { shell, io }: LineRunner,
  [name = '', ...args]: readonly string[],
  signal: AbortSignal,
  destination: OpenDestination | undefined,
): Promise<ExitStatus> {
  const world: Io = { ...ioOf(io), signal, stdout: destination?.stdout ?? io.stdout };
  // Of a line that throws.
  let status: ExitStatus = exitStatus.usage;
  try {
    const help = name === 'help' ? await wordHelp(shell, args[0]) : undefined;
    const word = shell.words.find((each) => each.name === name);
    if (help !== undefined) {
      await write(world.stdout, help);
      status = exitStatus.answered;
    } else {
      status = await (word === undefined
        ? runHere([name, ...args], world, shell.here)
        : runWord(shell, word, args, world));
    }
    return status;
  } finally {
    await destination?.end(status);
  }
}

async function runWord(
  shell: OpenShell,
  word: ShellWord,
  args: readonly string[],
  io: Io,
): Promise<ExitStatus> {
  const context = new WordContext(shell, io);
  const answer: WordAnswer = await word.run(context, args);
  let status: ExitStatus = exitStatus.answered;
  if ('commands' in answer) {
    for (const command of answer.commands) {
      const own = io.signal.aborted
        ? exitStatus.interrupted
        : await runHere(command, io, shell.here);
      status = own > status ? own : status;
    }
    return status;
  }
  for await (const line of answer.lines) {
    if (io.signal.aborted) {
      return exitStatus.interrupted;
    }
    await write(io.stdout, `${line}\n`);
  }
  return context.status;
}

/** A copy whose standard input is not opened: the lines of the shell come from it. */
function ioOf({ stdout, stderr, env, folder, signal, patienceInMilliseconds, now }: Io): Io {
  return {
    stdout,
    stderr,
    env,
    folder,
    signal,
    ...(patienceInMilliseconds === undefined ? {} : { patienceInMilliseconds }),
    ...(now === undefined ? {} : { now }),
  };
}
