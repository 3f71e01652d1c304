import { nearestName } from '@vmcorekit/core/nearest-name';
import type { CommandEntry, LazyCommand, Operand } from '../command.ts';
import { debuggerAdvice } from './debugger-words.ts';
import { commandMeant } from './other-words.ts';
import { UsageError } from './usage-error.ts';

/** What the words of a command line name, and how many of them its name takes. */
export interface NamedCommand {
  readonly entry: LazyCommand;
  readonly wordCount: number;
}

/**
 * The command at the beginning of words: one word, or two as in `fleet add`. Throws `UsageError`
 * for any other, with what may be meant.
 */
export function commandAt(
  words: readonly string[],
  commands: readonly LazyCommand[],
): NamedCommand {
  const [first = '', second = ''] = words;
  if (commandsBelow(first, commands).length === 0) {
    return { entry: commandNamed(first, commands), wordCount: 1 };
  }
  return { entry: commandNamed(`${first} ${second}`.trim(), commands), wordCount: 2 };
}

/** The commands whose names begin with that word and have another one. */
export function commandsBelow<Entry extends CommandEntry>(
  word: string,
  commands: readonly Entry[],
): readonly Entry[] {
  return commands.filter(({ name }) => name.startsWith(`${word} `));
}

/** The command of that name. Throws `UsageError` for any other, with what may be meant. */
export function commandNamed(name: string, commands: readonly LazyCommand[]): LazyCommand {
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry !== undefined) {
    return entry;
  }
  const advice = debuggerAdvice(name);
  if (advice !== undefined) {
    throw new UsageError(`there is no command '${name}': ${advice}`);
  }
  const [group = ''] = name.split(' ');
  const below = commandsBelow(group, commands).map((candidate) => candidate.name);
  const names = below.length > 0 ? below : commands.map((candidate) => candidate.name);
  if (group === name && below.length > 0) {
    throw new UsageError(`'${name}' needs another word (there are ${below.join(', ')})`);
  }
  const near = commandMeant(name) ?? nearestName(name, names);
  const looksLikeFile = /[./\\]/.test(name);
  const hint = near ?? (looksLikeFile ? `probe ${name}` : undefined);
  const end =
    hint === undefined ? `there are ${names.join(', ')}` : `did you mean 'vmcorekit ${hint}'?`;
  throw new UsageError(`there is no command '${name}' (${end})`);
}

/** Throws `UsageError` for too few operands, too many, and an empty one. */
export function checkOperands(
  allowed: readonly Operand[],
  operands: readonly string[],
  usage: string,
): void {
  const missing = allowed[operands.length];
  if (missing !== undefined && missing.isOptional !== true) {
    throw new UsageError(`${missing.name} is missing (usage: ${usage})`);
  }
  if (operands.includes('')) {
    throw new UsageError(`an argument is empty (usage: ${usage})`);
  }
  const surplus = operands[allowed.length];
  if (surplus !== undefined && !allowed.some(({ isRepeatable }) => isRepeatable === true)) {
    throw new UsageError(`unexpected argument '${surplus}' (usage: ${usage})`);
  }
}
