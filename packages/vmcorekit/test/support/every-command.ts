import { join } from 'node:path';
import type { Command } from '../../dist/command.js';
import { commands } from '../../dist/commands/index.js';

/** Commands that open no file that a user names as a dump. */
const withoutDump: ReadonlySet<string> = new Set(
  'completion config heuristics init plugins trust'.split(' '),
);

/** Commands that end only by a signal. */
const endless: ReadonlySet<string> = new Set(['gdbserver']);

/** Every command that opens a dump in this process and comes to its end. */
export const commandsOfDumps: typeof commands = commands.filter(
  ({ name }) => !withoutDump.has(name) && !endless.has(name) && !name.startsWith('fleet '),
);

/** Operands with a dump where the command takes one, and new files of `folder` where it writes. */
export function operandsFor(
  { operands }: Command,
  dump: string,
  folder: string,
  turn: number,
): string[] {
  let isFirst = true;
  return operands.map(({ name, isDump }) => {
    const isHere = isDump === true || (isFirst && /^(?:DUMP|IN|FILE|A|B)/.test(name));
    isFirst = false;
    return isHere ? dump : /OUT|FILE/.test(name) ? join(folder, `out-${turn}`) : 'init_task';
  });
}
