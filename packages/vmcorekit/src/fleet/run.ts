import { parseDuration, parseSize, plural, printable } from '@vmcorekit/core';
import { flag, type OptionSpec, texts, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { defaultWorkers, workersOption } from '../arguments/workers-option.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { complain } from '../io.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { dumpsToAdd } from './dumps-to-add.ts';
import type { RunSettings, Watching } from './fleet-data.ts';
import { databaseOption, fleetWorld } from './fleet-world.ts';
import { loadFleet } from './load-fleet.ts';
import { serveOptionTable, serveSettings } from './serve-options.ts';
import { watchedFolder } from './watched-folder.ts';

const usualMemory = 2 ** 30;
/** A reader that has loaded the toolkit takes 150 MiB. */
const leastMemory = 256 * 2 ** 20;
const usualTime = 120_000;
const mostTime = 3_600_000;
const usualPause = 30_000;
const leastPause = 1000;

export const run: Command = defineCommand({
  operands: [],
  options: {
    workers: processesOption(),
    memory: value('SIZE', 'end a reader that takes more memory (default 1 GiB)', parseMemory),
    time: value('TIME', 'end a reader that takes longer for a dump (default 2 min)', parseTime),
    'until-empty': flag('end once every job has a result'),
    watch: texts('FOLDER', 'queue the dumps that arrive in this folder', { completes: 'folder' }),
    'watch-every': value('TIME', 'look at it as often (default 30 s)', parsePause),
    hook: texts('COMMAND', 'give each result as JSON to this command, or post it to https://…'),
    ...serveOptionTable,
    listen: {
      ...serveOptionTable.listen,
      summary: 'also show pages at HOST:PORT or PORT, as serve',
    },
    db: databaseOption,
  },
  details: [
    'Reads the dumps that `vmcorekit fleet add` queued, each in a process that may crash. A dump ' +
      'that ends its reader twice has that as its result. Ctrl-C ends the run; what was not ' +
      'finished is read at the next one.',
    'On PostgreSQL several of these may run, on several machines. Each dump gets one result, also ' +
      'if one of them is killed.',
    'With --watch, a dump is queued once two looks saw the same size and time of change. Several ' +
      'folders can be watched, also those of NFS. Links to folders are not followed.',
    'A hook gets each result at least once, also after a crash: a command on its standard input, ' +
      'without a shell; an address by POST, signed with VMCOREKIT_FLEET_HOOK_SECRET. What fails ' +
      'is tried again.',
    'The configuration counts as for every command: plug-ins of the site run on each dump.',
  ],
  exits: { ...plainExits, 0: 'every job has a result (with --until-empty)' },
  examples: [
    '',
    '--until-empty',
    '--watch /var/crash',
    '--workers 8 --db postgres://db.example.org/fleet',
  ],
  async run(invocation) {
    const { io, global, options } = invocation;
    if (options['until-empty'] && options.watch.length > 0) {
      throw new UsageError('--until-empty cannot be used with --watch, which has no end');
    }
    const fleet = await loadFleet();
    const settings = serveSettings(options, (address) => {
      void complain(io, `the fleet is shown on ${address}\n`);
    });
    const stopping = new AbortController();
    const signal = AbortSignal.any([io.signal, stopping.signal]);
    // Jobs in hand are given back, and the database is closed.
    const caught = io.catchInterrupts?.(() => stopping.abort());
    let count: number;
    try {
      count = await fleet.runFleet(
        { ...fleetWorld(invocation, options.db), signal },
        {
          workers: options.workers ?? defaultWorkers(),
          memoryInBytes: options.memory ?? usualMemory,
          milliseconds: options.time ?? usualTime,
          untilEmpty: options['until-empty'],
          config: global['no-config'] ? false : (global.config ?? null),
          hooks: options.hook,
          ...(options.listen === undefined ? {} : { serve: settings }),
          watching: watchingOf(
            invocation,
            options.watch,
            options['watch-every'] ?? usualPause,
            signal,
          ),
          onResult: (row) => {
            if (!global.quiet) {
              void complain(io, resultLine(row));
            }
          },
        },
      );
    } finally {
      caught?.[Symbol.dispose]();
    }
    if (signal.aborted) {
      return exitStatus.interrupted;
    }
    await writeAnswer(
      invocation,
      () => ({ schema: 1, results: count }),
      () => `${plural(count, 'result')} written\n`,
    );
    return exitStatus.answered;
  },
});

function watchingOf(
  invocation: Invocation,
  folders: readonly string[],
  everyMilliseconds: number,
  signal: AbortSignal,
): Watching | null {
  return folders.length === 0
    ? null
    : {
        places: folders.map((folder) => watchedFolder(folder, invocation.io.folder, signal)),
        everyMilliseconds,
        dumpsAmong: (files) => dumpsToAdd(invocation, files),
      };
}

function resultLine({
  files: [file = ''],
  outcome,
  release,
  because,
}: Parameters<RunSettings['onResult']>[0]): string {
  const what = outcome === 'read' ? (release ?? 'no kernel') : `${outcome}: ${because ?? ''}`;
  return `${printable(file)}: ${printable(what)}\n`;
}

function processesOption(): OptionSpec<number | undefined> {
  return {
    ...workersOption('read dumps'),
    summary: 'read N dumps at once (default: one per core)',
  };
}

function parseMemory(text: string, option: string): number {
  const size = parseSize(text, option);
  if (size < leastMemory) {
    throw new UsageError(`${option}: got '${text}', wanted at least 256 MiB`);
  }
  return size;
}

function parseTime(text: string, option: string): number {
  const milliseconds = parseDuration(text, option);
  if (milliseconds > mostTime) {
    throw new UsageError(`${option}: got '${text}', wanted at most 60 min`);
  }
  return milliseconds;
}

function parsePause(text: string, option: string): number {
  const milliseconds = parseDuration(text, option);
  if (milliseconds < leastPause || milliseconds > mostTime) {
    throw new UsageError(`${option}: got '${text}', wanted 1 s to 60 min`);
  }
  return milliseconds;
}
