import { plural, printable } from '@vmcorekit/core';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import type { CopiedRows } from './fleet-data.ts';
import { fleetWorld } from './fleet-world.ts';
import { loadFleet } from './load-fleet.ts';

export const copy: Command = defineCommand({
  operands: [{ name: 'FROM' }, { name: 'TO' }],
  options: {},
  isConfigured: false,
  details: [
    'Copies the dumps, their paths, jobs and results to another database, and queues there what ' +
      'waits. So a fleet that outgrew the embedded database moves to a server. Databases are named ' +
      'as for --db of the other commands: pglite:FOLDER or postgres://…',
    'What TO has already is left. A copy that was ended goes on when it is started again. In the ' +
      'end every row is read back from TO and compared.',
  ],
  exits: {
    ...plainExits,
    0: 'everything of FROM is in TO',
    1: 'TO lacks rows, or had some already that are different',
  },
  examples: ['pglite:/srv/fleet postgres://db.example.org/fleet'],
  async run(invocation) {
    const [from = '', to = ''] = invocation.operands;
    const fleet = await loadFleet();
    const report = await fleet.copyFleet(fleetWorld(invocation, undefined), from, to);
    await writeAnswer(
      invocation,
      () => ({ schema: 1, ...report, tables: report.tables.map((each) => ({ ...each })) }),
      () =>
        [
          ...report.tables.map(tableLine),
          `${plural(report.waiting, 'job')} waiting in ${printable(report.to)}`,
          '',
        ].join('\n'),
    );
    return report.isWhole ? exitStatus.answered : exitStatus.unanswered;
  },
});

function tableLine({ table, rows, copied, missing, different }: CopiedRows): string {
  const rest = [
    ...(missing === 0 ? [] : [`${missing} missing`]),
    ...(different === 0 ? [] : [`${different} left as they were, different`]),
  ];
  const check = rest.length === 0 ? 'all compared equal' : rest.join(', ');
  return `${table}: ${plural(rows, 'row')}, ${copied} copied, ${check}`;
}
