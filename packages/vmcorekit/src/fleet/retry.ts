import { plural } from '@vmcorekit/core';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { filterOf, filterOptionTable } from './filter-options.ts';
import { databaseOption, fleetWorld } from './fleet-world.ts';
import { loadFleet } from './load-fleet.ts';

export const retry: Command = defineCommand({
  operands: [],
  options: { ...filterOptionTable, db: databaseOption },
  isConfigured: false,
  details: [
    'Queues dumps again that have a result, and removes that result. Without conditions it takes ' +
      'the dumps that could not be read: those that are unreadable, not found, crashed or lost.',
  ],
  exits: { ...plainExits, 1: 'there is no such result' },
  examples: ['', '--outcome not-found', "--release '6.1.*'"],
  async run(invocation) {
    const fleet = await loadFleet();
    const { db, ...options } = invocation.options;
    const count = await fleet.retryDumps(fleetWorld(invocation, db), filterOf(options));
    await writeAnswer(
      invocation,
      () => ({ schema: 1, jobs: count }),
      () => `${plural(count, 'job')} queued again\n`,
    );
    return count === 0 ? exitStatus.unanswered : exitStatus.answered;
  },
});
