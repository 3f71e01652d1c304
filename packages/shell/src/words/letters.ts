import { printable } from '@vmcorekit/core';
import { wordError } from './word-error.ts';

/** The options of a word of crash that were given, and its other arguments. */
export interface Letters {
  /** How often an option was given. */
  count(letter: string): number;
  has(letter: string): boolean;
  /** The last value of an option that takes one. */
  value(letter: string): string | undefined;
  /** All values of an option, in their order. */
  values(letter: string): readonly string[];
  /** Of these options, those that were given. */
  given(letters: string): readonly string[];
  readonly operands: readonly string[];
}

/** A number with a sign is an operand, unless a word has options of digits. */
const signedNumber = /^-(0x)?[0-9a-f]*\d[0-9a-f]*$/i;

/**
 * Reads arguments as crash does: letters may be joined (`-sx`), a value may follow its letter with
 * or without a space, and options may stand anywhere. `shape` has each letter, with a colon after
 * one that takes a value. `others` are options of several characters, such as `-64`. Throws `usage`
 * for an option that the shape does not have; `refused` says for some of them why. Throws it also
 * for more than `most` operands, because a word that ignored one would answer another question.
 */
export function lettersOf(
  word: string,
  args: readonly string[],
  shape: string,
  {
    others = [],
    refused = {},
    most = Number.POSITIVE_INFINITY,
  }: {
    readonly others?: readonly string[];
    readonly refused?: Readonly<Record<string, string>>;
    readonly most?: number;
  } = {},
): Letters {
  const found = new Map<string, string[]>();
  const operands: string[] = [];
  const add = (letter: string, value: string) =>
    found.set(letter, [...(found.get(letter) ?? []), value]);
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? '';
    if (others.includes(argument)) {
      add(argument.slice(1), '');
    } else if (!/^-./.test(argument) || (others.length === 0 && signedNumber.test(argument))) {
      operands.push(argument);
    } else {
      for (let index = 1; index < argument.length; index++) {
        const letter = argument[index] ?? '';
        const place = letter === ':' ? -1 : shape.indexOf(letter);
        if (place < 0) {
          throw unknown(word, letter, shape, others, refused);
        }
        if (shape[place + 1] !== ':') {
          add(letter, '');
          continue;
        }
        const joined = argument.slice(index + 1);
        const value = joined === '' ? args[++at] : joined;
        if (value === undefined) {
          throw wordError(word, `-${letter}`, `-${letter} and a value after it`);
        }
        add(letter, value);
        break;
      }
    }
  }
  if (operands.length > most) {
    const allowed = most === 0 ? 'only options' : most === 1 ? 'one argument' : `${most} arguments`;
    throw wordError(word, printable(operands.join(' ')), `${allowed} ('| grep TEXT' is a filter)`);
  }
  const values = (letter: string) => found.get(letter) ?? [];
  return {
    count: (letter) => values(letter).length,
    has: (letter) => found.has(letter),
    value: (letter) => values(letter).at(-1),
    values,
    given: (letters) => letters.split('').filter((letter) => found.has(letter)),
    operands,
  };
}

function unknown(
  word: string,
  letter: string,
  shape: string,
  others: readonly string[],
  refused: Readonly<Record<string, string>>,
) {
  const known = shape
    .replaceAll(':', '')
    .split('')
    .map((each) => `-${each}`);
  const all = [...known, ...others].join(' ');
  const why = refused[letter];
  const allowed = why ?? (all === '' ? 'no option' : `one of ${all}`);
  return wordError(word, printable(`-${letter}`), allowed);
}
