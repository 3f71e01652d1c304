import { UsageError } from './usage-error.ts';

/** What a value or an operand names. A shell completes it accordingly. */
export type Completes = 'file' | 'folder' | 'heuristic' | 'analyzer' | 'page filter' | 'command';

/** What is known of the values that an option takes. */
export interface ValueFacts {
  /** The values to offer. Plug-ins may bring more, so `read` decides what is valid. */
  readonly choices?: readonly string[];
  readonly completes?: Completes;
}

/**
 * One option of a command as data: enough to parse it, to explain it in `--help`, and to report
 * mistakes in it.
 */
export interface OptionSpec<Value = unknown> extends ValueFacts {
  readonly summary: string;
  /** The name of the value in help. An option without one is a flag. */
  readonly placeholder?: string;
  readonly short?: string;
  readonly isRepeatable?: boolean;
  /**
   * Turns the texts given into the value; there is none if the option was not given. Throws
   * `UsageError`, or core's `usage`.
   */
  read(given: readonly string[], option: string): Value;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The values of a table's options. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends OptionSpec<infer Value> ? Value : never;
};

export function flag(summary: string, short?: string): OptionSpec<boolean> {
  return { summary, ...(short === undefined ? {} : { short }), read: (given) => given.length > 0 };
}

/** One value, read by `parse`; undefined if the option was not given. */
export function value<Value>(
  placeholder: string,
  summary: string,
  parse: (text: string, option: string) => Value,
  values: ValueFacts = {},
): OptionSpec<Value | undefined> {
  return {
    summary,
    placeholder,
    ...values,
    read(given, option) {
      const [text] = given;
      return text === undefined ? undefined : parse(text, option);
    },
  };
}

/** One of a list of words; the first of them if the option was not given. */
export function choice<Word extends string>(
  placeholder: string,
  summary: string,
  choices: readonly [Word, ...Word[]],
): OptionSpec<Word> {
  return {
    summary,
    placeholder,
    choices,
    read([text], option) {
      const word = text === undefined ? choices[0] : choices.find((each) => each === text);
      if (word === undefined) {
        throw new UsageError(`${option}: got '${text}', wanted ${choices.join(', ')}`);
      }
      return word;
    },
  };
}

/** The path of a file; undefined if the option was not given. */
export function fileValue(summary: string, placeholder = 'FILE'): OptionSpec<string | undefined> {
  return value(placeholder, summary, (path) => path, { completes: 'file' });
}

/** Given any number of times, each with one text. */
export function texts(
  placeholder: string,
  summary: string,
  values: ValueFacts = {},
): OptionSpec<readonly string[]> {
  return { summary, placeholder, ...values, isRepeatable: true, read: (given) => given };
}

/** Names separated by commas, given once or several times; undefined if not given. */
export function names(
  placeholder: string,
  summary: string,
  values: ValueFacts = {},
): OptionSpec<readonly string[] | undefined> {
  return {
    summary,
    placeholder,
    ...values,
    isRepeatable: true,
    read(given, option) {
      const parts = given.flatMap((text) => text.split(',')).map((name) => name.trim());
      if (parts.includes('')) {
        throw new UsageError(
          `${option}: got '${given.join(',')}', wanted names separated by commas`,
        );
      }
      return given.length === 0 ? undefined : parts;
    },
  };
}
