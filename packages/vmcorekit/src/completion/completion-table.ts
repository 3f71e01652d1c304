import type { Completes, OptionTable, ValueFacts } from '../arguments/option-spec.ts';
import type { Command, LoadedCommand, Operand } from '../command.ts';
import { globalOptions } from '../global-options.ts';

/** What may stand in a place of the command line. */
export interface CompletedValue {
  /** Its name in help. */
  readonly placeholder: string;
  readonly choices: readonly string[];
  readonly completes: Completes | null;
  /** Whether several are allowed, separated by commas. */
  readonly isList: boolean;
}

export interface CompletedOption {
  /** With its dashes: `-a`, `--all`. */
  readonly spellings: readonly string[];
  readonly summary: string;
  readonly isRepeatable: boolean;
  /** Null for a flag. */
  readonly value: CompletedValue | null;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** The first operands, in order. */
  readonly operands: readonly CompletedValue[];
  /** Every operand after these; null if there are none. */
  readonly others: CompletedValue | null;
}

/** The first word of commands with two, and what may follow it. */
export interface CompletedGroup {
  readonly name: string;
  readonly summary: string;
  /** The second words. */
  readonly commands: readonly Pick<CompletedCommand, 'name' | 'summary'>[];
}

/** What a completion script knows. It comes from the tables that parse the command line. */
export interface CompletionTable {
  /** A name may have two words: `fleet add`. */
  readonly commands: readonly CompletedCommand[];
  readonly groups: readonly CompletedGroup[];
  /** The options before a command's name. */
  readonly options: readonly CompletedOption[];
}

export function completionTable(
  commands: readonly (Omit<LoadedCommand, 'command'> & {
    readonly command: Pick<Command, 'options' | 'operands'>;
  })[],
): CompletionTable {
  const names = commands.map(({ name }) => name);
  return {
    commands: commands.map(({ name, summary, command: { options, operands } }) => {
      const repeated = operands.findIndex(({ isRepeatable }) => isRepeatable === true);
      const rest = operands[repeated];
      return {
        name,
        summary,
        options: optionsOf({ ...options, ...globalOptions }, names),
        operands: (rest === undefined ? operands : operands.slice(0, repeated)).map((operand) =>
          operandValue(operand, names),
        ),
        others: rest === undefined ? null : operandValue(rest, names),
      };
    }),
    groups: groupsOf(commands),
    options: optionsOf(globalOptions, names),
  };
}

/** The words that a command's name may begin with. */
export function firstWords({
  commands,
  groups,
}: Pick<CompletionTable, 'commands' | 'groups'>): readonly Pick<
  CompletedCommand,
  'name' | 'summary'
>[] {
  return [...commands.filter(({ name }) => !name.includes(' ')), ...groups];
}

function groupsOf(commands: readonly Pick<LoadedCommand, 'name' | 'summary'>[]): CompletedGroup[] {
  const below = new Map<string, Pick<CompletedCommand, 'name' | 'summary'>[]>();
  for (const { name, summary } of commands) {
    const [first = '', second] = name.split(' ');
    if (second !== undefined) {
      below.set(first, [...(below.get(first) ?? []), { name: second, summary }]);
    }
  }
  return [...below].map(([name, all]) => ({
    name,
    summary: all.map((each) => each.name).join(', '),
    commands: all,
  }));
}

function optionsOf(table: OptionTable, commands: readonly string[]): CompletedOption[] {
  return Object.entries(table).map(([name, spec]) => {
    const { placeholder, short } = spec;
    return {
      spellings: [...(short === undefined ? [] : [`-${short}`]), `--${name}`],
      summary: spec.summary,
      isRepeatable: spec.isRepeatable === true,
      value: placeholder === undefined ? null : valueIn(placeholder, spec, commands),
    };
  });
}

function operandValue(operand: Operand, commands: readonly string[]): CompletedValue {
  return valueIn(operand.name, operand, commands);
}

function valueIn(
  placeholder: string,
  { choices = [], completes }: ValueFacts,
  commands: readonly string[],
): CompletedValue {
  return {
    placeholder,
    choices: completes === 'command' ? commands : choices,
    completes: completes ?? null,
    isList: placeholder.endsWith(',...'),
  };
}
