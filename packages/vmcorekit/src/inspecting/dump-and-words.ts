import { UsageError } from '../arguments/usage-error.ts';
import { isNamedFile } from '../dumps/named-file.ts';
import type { Word } from './word.ts';

/** The operands of a command: the files of the dump, and a text for each option that has one. */
export interface DumpAndWords {
  readonly paths: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Separates the files of a dump from the words after them. The first operand is the dump. A later
 * one is a further part of it if a file has its name, and the name is no plain word or number.
 * `partCount` says how many operands are parts, where that is known.
 */
export function dumpAndWords(
  operands: readonly string[],
  words: readonly Word[],
  partCount?: number,
): DumpAndWords {
  const isPart = (operand: string, index: number) =>
    partCount === undefined
      ? index === 0 || words.length === 0 || (!/^\w*$/.test(operand) && isNamedFile(operand))
      : index < partCount;
  const end = operands.findIndex((operand, index) => !isPart(operand, index));
  const paths = end < 0 ? operands : operands.slice(0, end);
  const given = end < 0 ? [] : operands.slice(end);
  const texts: Record<string, string> = {};
  for (const [index, word] of words.entries()) {
    const own = word.isRepeatable === true ? given.slice(index) : given.slice(index, index + 1);
    if (own.length > 0) {
      texts[word.option] = own.join(' ');
    } else if (word.isOptional !== true) {
      throw new UsageError(`wanted ${word.name} after DUMP`);
    }
  }
  const last = words.at(-1);
  const tooMany = last?.isRepeatable === true ? undefined : given[words.length];
  if (tooMany !== undefined) {
    throw new UsageError(`unexpected operand '${tooMany}'`);
  }
  return { paths, texts };
}
