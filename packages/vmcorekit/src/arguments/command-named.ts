import { nearestName } from '@vmcorekit/core/nearest-name';
import type { LazyCommand, Operand } from '../command.ts';
import { debuggerAdvice } from './debugger-words.ts';
import { commandMeant } from './other-words.ts';
import { UsageError } from './usage-error.ts';

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
  const names = commands.map((candidate) => candidate.name);
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
