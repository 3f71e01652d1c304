// Imports much: it composes a dump, a terminal or a script, and where answers go.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { shellWords } from '@vmcorekit/shell';
import { fileValue, flag } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { dumpExits, type ExitStatus, exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { greeting } from '../shell/greeting.ts';
import { historyFile } from '../shell/history.ts';
import { interact } from '../shell/interactive.ts';
import { OpenShell } from '../shell/open-shell.ts';
import { pagerOf } from '../shell/pager.ts';
import { runScript } from '../shell/script.ts';
import { reportError } from '../terminal/report-error.ts';

export const shell: Command = defineCommand({
  operands: [{ name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' }],
  options: {
    input: { ...fileValue('run the lines of FILE first'), short: 'i' },
    batch: flag('leave after the lines of --input'),
    'no-history': flag('keep no history of the lines'),
    'no-pager': flag('show long answers without a pager'),
    ...locateOptionTable,
  },
  details: [
    'Opens a dump, finds its kernel once, and runs commands on it: those of vmcorekit without ' +
      'DUMP, analyzers of plug-ins, and words of crash. A line that begins with no command is ' +
      'JavaScript with the kernel at hand: kernel.init_task.comm.',
    'COMMAND | PROGRAM, COMMAND > FILE and >> FILE send an answer elsewhere; !PROGRAM runs a ' +
      'program. Ctrl-C ends a command and not the shell. PAGER shows what is longer than the ' +
      'terminal. A refused line leaves FILE as it was. `help` in the shell says more.',
    'Reads lines from standard input if that is no terminal, and goes on after one that failed. ' +
      'The exit status is that of the first line that failed; after an interactive session it is 0.',
    'Runs nothing from the folder of the dump. The history is in the folder for state ' +
      '(XDG_STATE_HOME), and only its owner can read it.',
  ],
  exits: {
    ...dumpExits,
    0: 'every line had an answer, or the session was interactive',
    1: 'a line had no answer',
  },
  examples: ['vmcore', '-i triage.txt --batch vmcore', 'vmcore < triage.txt'],
  async run(invocation) {
    const { io, global, options, operands, toolkit, configuration, plugins, commands } = invocation;
    if (invocation.here !== undefined) {
      throw new UsageError('a shell is open already');
    }
    if (global.json) {
      throw new UsageError('--json belongs to each command of the shell');
    }
    if (options.batch && options.input === undefined) {
      throw new UsageError('--batch needs --input FILE');
    }
    const search = await locateOptionsOf(toolkit, options);
    const composition = { toolkit, configuration, plugins };
    const opening = { io, global, composition, commands, paths: operands, search };
    let opened: OpenShell;
    try {
      opened = await OpenShell.open(opening, shellWords);
    } catch (error) {
      io.signal.throwIfAborted();
      return await reportError(io, error, { json: false, debug: global.debug, files: operands });
    }
    using session = opened;
    const pager = options['no-pager'] ? undefined : pagerOf(io);
    const runner = { shell: session, io, pager };
    const isTerminal = io.stdin?.isTTY === true && io.stdout.isTTY === true;
    if (isTerminal && !options.batch && !global.quiet) {
      await write(io.stdout, greeting(session));
    }
    let status: ExitStatus = 0;
    if (options.input !== undefined) {
      const end = await runScript(runner, linesOf(createReadStream(options.input)));
      status = end.status;
      const isCut = !isTerminal && status === exitStatus.interrupted;
      if (end.hasLeft || options.batch || isCut) {
        return status;
      }
    }
    if (!isTerminal) {
      const end = await runScript(runner, linesOf(io.stdin as unknown as Readable));
      return status === 0 ? end.status : status;
    }
    await interact(runner, options['no-history'] ? undefined : historyFile(io.env));
    return 0;
  },
});

/** A script that leaves early lets go of its input, whose writer may never end. */
async function* linesOf(input: Readable): AsyncGenerator<string, void, void> {
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } finally {
    input.destroy();
  }
}
