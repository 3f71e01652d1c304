import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearestName } from '@vmcorekit/core/nearest-name';
import type { OptionTable, OptionValues } from './option-spec.ts';
import { UsageError } from './usage-error.ts';

export interface ParsedArguments<Table extends OptionTable> {
  readonly options: OptionValues<Table>;
  readonly operands: readonly string[];
}

/**
 * Reads arguments by a table. Throws `UsageError` for an unknown option, with the nearest known
 * one. Also throws it for a missing or needless value, and for a second use of an option that may
 * be given once. `-1` is an operand if `takesNumbers`, else an unknown option.
 */
export function parseArguments<Table extends OptionTable>(
  args: readonly string[],
  table: Table,
  takesNumbers: boolean = true,
): ParsedArguments<Table> {
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokensOf(args, table, takesNumbers)) {
    if (token.kind === 'positional') {
      operands.push(token.value);
    } else if (token.kind === 'option') {
      const texts = given.get(token.name) ?? [];
      texts.push(checkedText(token, table, args[token.index] ?? ''));
      given.set(token.name, texts);
      if (texts.length > 1 && isOnce(table, token.name)) {
        throw new UsageError(`--${token.name} was given more than once`);
      }
    }
  }
  const options = Object.fromEntries(
    Object.entries(table).map(([name, spec]) => [
      name,
      spec.read(given.get(name) ?? [], `--${name}`),
    ]),
  );
  return { options: options as OptionValues<Table>, operands };
}

/** `-1` and `-0x10 + 2`, which are operands or values. */
const negativeNumber = /^-\d/;
/** Hides the dash of a number from `parseArgs`. No argument of a process has this character. */
const numberMark = '\0';

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  /** Whether the value stands after `=`. */
  readonly inlineValue: boolean | undefined;
}

function tokensOf(args: readonly string[], table: OptionTable, takesNumbers: boolean) {
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    Object.entries(table).map(([name, { placeholder, short }]) => [
      name,
      {
        type: placeholder === undefined ? 'boolean' : 'string',
        multiple: true,
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  return parseArgs({
    args: args.map((argument) =>
      takesNumbers && negativeNumber.test(argument) ? `${numberMark}${argument}` : argument,
    ),
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  }).tokens.map((token) =>
    'value' in token && token.value?.startsWith(numberMark) === true
      ? { ...token, value: token.value.slice(numberMark.length) }
      : token,
  );
}

/** The value of an option, checked. `argument` is the word that holds the option. */
function checkedText(
  { name, rawName, value, inlineValue }: OptionToken,
  table: OptionTable,
  argument: string,
): string {
  const spec = Object.hasOwn(table, name) ? table[name] : undefined;
  if (spec === undefined) {
    const near = rawName.startsWith('--') ? nearestName(name, Object.keys(table)) : undefined;
    const hint =
      near !== undefined
        ? ` (did you mean --${near}?)`
        : isFileLike(argument)
          ? ` (a file? ./${argument})`
          : otherCase(rawName, table);
    throw new UsageError(`there is no option ${rawName}${hint}`);
  }
  if (spec.placeholder === undefined) {
    if (value !== undefined) {
      throw new UsageError(`${rawName} takes no value, got '${value}'`);
    }
    return '';
  }
  // The next option is no value of this one; a negative number is.
  if (value === undefined || (inlineValue !== true && /^-(?![0-9])./.test(value))) {
    throw new UsageError(`${rawName} needs a value: ${rawName} ${spec.placeholder}`);
  }
  return value;
}

/** `-v` is often meant as `-V`, and the other way round. */
function otherCase(rawName: string, table: OptionTable): string {
  const letter = rawName.slice(1);
  const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  const named = Object.entries(table).find(([, { short }]) => short === other);
  return named === undefined ? '' : ` (-${other} is --${named[0]})`;
}

/** A file name that begins with a dash, as a shell's pattern yields it. */
function isFileLike(argument: string): boolean {
  return /^-[^-=]+[./]/.test(argument);
}

function isOnce(table: OptionTable, name: string): boolean {
  const spec = table[name];
  return spec?.placeholder !== undefined && spec.isRepeatable !== true;
}
