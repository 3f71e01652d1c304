import { shellWord } from '@vmcorekit/report';
import { isNamedFile } from '../dumps/named-file.ts';
import type { DumpHere } from '../here/dump-here.ts';
import { withPrefix } from './address-operand.ts';
import { UsageError } from './usage-error.ts';

/**
 * Throws `UsageError` if the dump stands last, as for crash's commands: the last operand is a file,
 * the first is none. The error has the operands in the right order. Where a dump is open already,
 * its paths stand first.
 */
export function checkDumpFirst(
  name: string,
  operands: readonly string[],
  here: DumpHere | undefined,
): void {
  const [first, ...others] = operands;
  const last = others.at(-1);
  if (
    here !== undefined ||
    first === undefined ||
    last === undefined ||
    isNamedFile(first) ||
    !isNamedFile(last)
  ) {
    return;
  }
  const words = [last, first, ...others.slice(0, -1)].map(withPrefix).map(shellWord);
  throw new UsageError(`DUMP comes first: vmcorekit ${name} ${words.join(' ')}`);
}

/** The operand that may be what to find: one that is no file, if others are files. */
export function wordAmongFiles(operands: readonly string[]): string | undefined {
  const words = operands.filter((operand) => !isNamedFile(operand));
  return words.length < operands.length ? words.at(-1) : words.slice(1).at(-1);
}
