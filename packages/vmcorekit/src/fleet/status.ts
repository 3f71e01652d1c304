import { plural, printable } from '@vmcorekit/core';
import { facts } from '@vmcorekit/report';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import type { HookStatus, WatchStatus } from './fleet-data.ts';
import { databaseOption, fleetWorld } from './fleet-world.ts';
import { loadFleet } from './load-fleet.ts';

export const status: Command = defineCommand({
  operands: [],
  options: { db: databaseOption },
  isConfigured: false,
  details: [
    'Counts the dumps, the jobs that wait or run, and the results by what came of each. A dump may ' +
      'have several jobs: one for each version of vmcorekit, and for each choice of analyzers.',
  ],
  exits: plainExits,
  examples: ['', '--json'],
  async run(invocation) {
    const fleet = await loadFleet();
    const found = await fleet.fleetStatus(fleetWorld(invocation, invocation.options.db));
    await writeAnswer(
      invocation,
      () => ({
        schema: 1,
        ...found,
        results: { ...found.results },
        watched: found.watched.map((each) => ({ ...each })),
        hooks: found.hooks.map((each) => ({ ...each })),
      }),
      (style) => {
        const results = Object.entries(found.results).map(([name, count]) => `${count} ${name}`);
        const lines = facts(
          [
            ['database', found.database],
            ['dumps', String(found.dumps)],
            ['jobs', `${found.waiting} waiting, ${found.active} running, ${found.jobs} in all`],
            ['results', results.length === 0 ? 'none yet' : results.join(', ')],
            ...found.hooks.map((each) => ['hook', hookText(each)] as const),
            ...found.watched.map((each) => ['watched', watchedText(each)] as const),
          ],
          style,
        );
        return `${lines.join('\n')}\n`;
      },
    );
    return exitStatus.answered;
  },
});

function watchedText({ place, lookedAt, files, unsettled, because }: WatchStatus): string {
  const counts = `${plural(files, 'file')}, ${unsettled} not settled yet, looked at ${lookedAt}`;
  return printable(`${place}: ${counts}${because === null ? '' : `; not all: ${because}`}`);
}

function hookText({ name, sent, waiting, failed, because }: HookStatus): string {
  const counts = `${sent} sent, ${waiting} waiting, ${failed} given up`;
  return printable(`${name}: ${counts}${because === null ? '' : `; ${because}`}`);
}
