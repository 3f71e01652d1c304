import { wrap } from '@vmcorekit/report/wrap';
import type { Command, CommandEntry, Operand } from '../command.ts';
import { type ExitMeanings, generalExits } from '../exit-status.ts';
import { globalOptions } from '../global-options.ts';
import { commandGroups } from './command-groups.ts';
import type { OptionTable } from './option-spec.ts';

/** Columns of every line. Few terminals have fewer. */
const widthOfHelp = 80;
/** A longer option gets its own line. */
const maxLeftWidth = 24;

/** The help of the whole tool. `aliases` lists other words for commands. */
export function generalHelp(commands: readonly CommandEntry[], aliases: string): string {
  return [
    ...prose(
      'vmcorekit opens memory dumps of Linux kernels. It finds phys_base and the KASLR offset in ' +
        'the memory alone, and shows the evidence.',
    ),
    '',
    ...prose(
      'Begin with `vmcorekit probe DUMP`. It finds the kernel, and names the commands to go on with.',
    ),
    '',
    'Usage: vmcorekit COMMAND [OPTION]... [ARGUMENT]...',
    '',
    ...commandLines(commands),
    'Words of other tools',
    ...wrap(aliases, widthOfHelp - 2).map((line) => `  ${line}`),
    '',
    'Options of every command',
    ...optionLines(globalOptions),
    '',
    'Exit status',
    ...exitLines(generalExits),
    '',
    'Help on a command: vmcorekit help COMMAND',
    'Documentation: $(npm root --global)/vmcorekit/docs',
    '',
  ].join('\n');
}

/** The commands by what they are for, a blank line after each group. */
export function commandLines(commands: readonly CommandEntry[]): string[] {
  const grouped = new Set(commandGroups.flatMap(({ names }) => names));
  const others = commands.filter(({ name }) => !grouped.has(name)).map(({ name }) => name);
  const width = Math.max(0, ...commands.map(({ name }) => name.length));
  return [...commandGroups, { title: 'Other commands', names: others }].flatMap(
    ({ title, names }) => {
      const rows = names.flatMap((name) => commands.filter((each) => each.name === name));
      return rows.length === 0
        ? []
        : [title, ...columns(rows.map((each) => [each.name.padEnd(width), each.summary])), ''];
    },
  );
}

/** The help of the commands that share their first word. */
export function groupHelp(word: string, commands: readonly CommandEntry[]): string {
  return [
    `Usage: vmcorekit ${word} COMMAND [OPTION]... [ARGUMENT]...`,
    '',
    ...commandLines(commands),
    `Help on a command: vmcorekit help ${word} COMMAND`,
    '',
  ].join('\n');
}

/** The help of one command, from its own data. `before` stands before its name: `vmcorekit `. */
export function commandHelp(
  { name, summary }: CommandEntry,
  command: Command,
  before: string = 'vmcorekit ',
): string {
  const own = optionLines(command.options);
  return [
    ...prose(`${before}${name}: ${summary}`),
    '',
    `Usage: ${usageLine(name, command, before)}`,
    ...command.details.flatMap((paragraph) => ['', ...prose(paragraph)]),
    ...(own.length === 0 ? [] : ['', 'Options', ...own]),
    ...(command.examples.length === 0
      ? []
      : ['', 'Examples', ...command.examples.map((one) => `  ${before}${name} ${one}`.trimEnd())]),
    '',
    'Exit status',
    ...exitLines(command.exits),
    '',
    'Options of every command (--json, --quiet, --color, ...): vmcorekit --help',
    '',
  ].join('\n');
}

function exitLines(exits: ExitMeanings): string[] {
  return columns(Object.entries(exits).map(([status, meaning]) => [status, meaning]));
}

export function usageLine(
  name: string,
  { operands }: Pick<Command, 'operands'>,
  before: string = 'vmcorekit ',
): string {
  return [`${before}${name}`, '[OPTION]...', ...operands.map(operandText)].join(' ');
}

function operandText({ name, isOptional, isRepeatable }: Operand): string {
  const text = isRepeatable === true ? `${name}...` : name;
  return isOptional === true ? `[${text}]` : text;
}

function optionLines(table: OptionTable): string[] {
  return columns(
    Object.entries(table).map(([name, { short, placeholder, summary, isRepeatable }]) => [
      `${short === undefined ? '    ' : `-${short}, `}--${name}${placeholder === undefined ? '' : ` ${placeholder}`}`,
      isRepeatable === true ? `${summary} (repeatable)` : summary,
    ]),
  );
}

export function prose(text: string): string[] {
  return wrap(text, widthOfHelp);
}

export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(maxLeftWidth, Math.max(0, ...rows.map(([left]) => left.length)));
  const start = width + 4;
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrap(right, widthOfHelp - start).map(
      (line) => `${' '.repeat(start)}${line}`,
    );
    return left.length > width
      ? [`  ${left}`, first, ...rest]
      : [`  ${left.padEnd(width)}${first.slice(start - 2)}`, ...rest];
  });
}
