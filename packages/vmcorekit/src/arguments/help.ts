import { wrap } from '@vmcorekit/report/wrap';
import type { Command, Operand } from '../command.ts';
import { globalOptions } from '../global-options.ts';
import type { OptionTable } from './option-spec.ts';

/** Of every line: a terminal has no fewer columns, and help is read in pagers too. */
const widthOfHelp = 80;
/** An option that is longer stands on a line of its own. */
const widestLeft = 24;

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
}

/** The help of the whole tool. `aliases` is a sentence on other words for commands. */
export function generalHelp(commands: readonly CommandEntry[], aliases: string): string {
  return [
    ...prose(
      'vmcorekit opens kernel memory dumps, says who made them, and finds phys_base and the KASLR offset, with evidence.',
    ),
    '',
    'Usage: vmcorekit COMMAND [OPTION]... [ARGUMENT]...',
    '',
    'Commands',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    ...prose(aliases),
    '',
    'Options of every command',
    ...optionLines(globalOptions),
    '',
    ...prose(
      'Exit status: 0 certain or probable, 1 none or ambiguous, 2 usage or configuration, 3 not readable as a dump.',
    ),
    'Help on a command: vmcorekit COMMAND --help',
    'Documentation: $(npm root --global)/vmcorekit/docs',
    '',
  ].join('\n');
}

/** The help of one command, out of its own data. */
export function commandHelp({ name, summary }: CommandEntry, command: Command): string {
  const own = optionLines(command.options);
  return [
    ...prose(`vmcorekit ${name}: ${summary}`),
    '',
    `Usage: ${usageLine(name, command)}`,
    ...command.details.flatMap((paragraph) => ['', ...prose(paragraph)]),
    ...(own.length === 0 ? [] : ['', 'Options', ...own]),
    '',
    'Options of every command',
    ...optionLines(globalOptions),
    ...(command.examples.length === 0
      ? []
      : ['', 'Examples', ...command.examples.map((one) => `  vmcorekit ${name} ${one}`.trimEnd())]),
    '',
  ].join('\n');
}

export function usageLine(name: string, command: Command): string {
  return [`vmcorekit ${name}`, '[OPTION]...', ...command.operands.map(operandText)].join(' ');
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

function prose(text: string): string[] {
  return wrap(text, widthOfHelp);
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(widestLeft, Math.max(0, ...rows.map(([left]) => left.length)));
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
