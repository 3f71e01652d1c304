import { plural } from '@vmcorekit/core';
import { names, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { ManyDumps, recursiveOption, verboseWalk } from '../dumps/many-dumps.ts';
import { dumpExits } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { reportError } from '../terminal/report-error.ts';
import { dumpToAdd } from './dumps-to-add.ts';
import { databaseOption, fleetWorld } from './fleet-world.ts';
import { loadFleet } from './load-fleet.ts';

const mostPriority = 1000;

export const add: Command = defineCommand({
  operands: [{ name: 'PATH', isRepeatable: true, completes: 'file' }],
  options: {
    recursive: recursiveOption,
    priority: value(
      'N',
      `read these before those with a lower number (-${mostPriority} to ${mostPriority})`,
      parsePriority,
    ),
    analyze: names('NAME,...', 'run these analyzers too, and keep their data', {
      completes: 'analyzer',
    }),
    verbose: verboseWalk,
    db: databaseOption,
  },
  details: [
    'Queues dumps. `vmcorekit fleet run` reads them, and `vmcorekit fleet results` shows what came ' +
      'of it. A dump is known by its content: the same dump under two names is one, and is read ' +
      'once. The parts of a split dump are one, if they are named together.',
    'Only the paths are stored, so the dumps must stay where they are until they are read.',
  ],
  exits: { ...dumpExits, 0: 'every dump is queued or known', 1: 'there was no dump' },
  examples: ['vmcore', '--priority 10 vmcore.1 vmcore.2', '-r /var/crash'],
  async run(invocation) {
    const { io, global, options, operands, toolkit } = invocation;
    for (const name of options.analyze ?? []) {
      toolkit.registry.named('analyzers', name);
    }
    const fleet = await loadFleet();
    const many = new ManyDumps(invocation, options.verbose);
    const report = async (files: readonly string[], error: unknown): Promise<void> => {
      many.count(await reportError(io, error, { json: false, debug: global.debug, files }));
    };
    const added = await fleet.addDumps(
      fleetWorld(invocation, options.db),
      dumpsIn(many, operands, options.recursive, report),
      { analyzers: options.analyze ?? [], priority: options.priority ?? 0 },
      { refused: report },
    );
    for (let count = 0; count < added.seen; count++) {
      many.count(0);
    }
    await writeAnswer(
      invocation,
      () => ({ schema: 1, ...added }),
      () =>
        `${plural(added.seen, 'dump')}: ${added.dumps} new, ${plural(added.jobs, 'job')} queued\n`,
    );
    return await many.end();
  },
});

/** The files of each dump. A folder that was named without -r is reported. */
async function* dumpsIn(
  many: ManyDumps,
  paths: readonly string[],
  isRecursive: boolean,
  report: (files: readonly string[], error: unknown) => Promise<void>,
): AsyncGenerator<readonly string[], void, void> {
  for await (const dump of many.dumps(paths, isRecursive)) {
    const isFolderMeant =
      'error' in dump && dump.error instanceof Error && /is a folder/.test(dump.error.message);
    if (isFolderMeant) {
      await report(dump.files, dump.error);
      continue;
    }
    const added = await dumpToAdd(dump, many.passedOver);
    if (added !== undefined) {
      yield added.files;
    }
  }
}

function parsePriority(text: string, option: string): number {
  const priority = Number(text);
  if (!/^-?[0-9]+$/.test(text) || Math.abs(priority) > mostPriority) {
    throw new UsageError(
      `${option}: got '${text}', wanted a number from -${mostPriority} to ${mostPriority}`,
    );
  }
  return priority;
}
