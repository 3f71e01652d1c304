import { commandNamed } from '../arguments/command-named.ts';
import { commandHelp, commandLines, usageLine } from '../arguments/help.ts';
import { argumentsMeant } from '../arguments/other-words.ts';
import type { Command, LazyCommand, Operand } from '../command.ts';

/** What a command takes where its dump is open: all operands but the dump. */
export function operandsHere({ operands }: Pick<Command, 'operands'>): readonly Operand[] {
  return operands.filter(({ isDump }) => isDump !== true);
}

/** The usage of a command where its dump is open. */
export function usageHere(name: string, command: Command): string {
  return usageLine(name, { operands: operandsHere(command) }, '');
}

/** Help where a dump is open: on one command, or the list of all. */
export async function helpHere(
  topic: string | undefined,
  commands: readonly LazyCommand[],
): Promise<string> {
  if (topic === undefined) {
    return [...commandLines(commands), 'Help on a command: help COMMAND', ''].join('\n');
  }
  const [name = topic] = (await argumentsMeant(topic, commands)) ?? [];
  const entry = commandNamed(name, commands);
  const command = await entry.load();
  const operands = operandsHere(command);
  const examples = command.examples.flatMap((example) => exampleHere(example) ?? []);
  return commandHelp(entry, { ...command, operands, examples }, '');
}

/** An example without its dump; undefined where it has none, or several. */
function exampleHere(example: string): string | undefined {
  const words = example.split(' ');
  const others = words.filter((word) => word !== 'vmcore');
  return others.length === words.length - 1 && !others.includes('|') ? others.join(' ') : undefined;
}
