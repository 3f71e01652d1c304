import { type Analyzer, type OptionSpec as AnalyzerOption, resolveOptions } from '@vmcorekit/core';
import { analyzeAndWrite } from '../analyzing/analyze-and-write.ts';
import {
  flag,
  type OptionSpec,
  type OptionTable,
  type OptionValues,
  value,
} from '../arguments/option-spec.ts';
import { rowFormOf, rowFormOptionTable } from '../arguments/row-form-options.ts';
import { type Command, defineCommand, type Operand } from '../command.ts';
import { locateKernel, unmetChoice } from '../dumps/locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits } from '../exit-status.ts';
import { noAnswer } from '../terminal/report-error.ts';
import { dumpAndWords } from './dump-and-words.ts';
import type { Word } from './word.ts';

/** A command that runs one analyzer on the kernel in a dump. */
export interface KernelCommand {
  readonly analyzer: Analyzer;
  readonly words?: readonly Word[];
  /** The letter of an option, by the option's name. */
  readonly letters?: Readonly<Record<string, string>>;
  /** What the value of an option is called in help, by the option's name. */
  readonly placeholders?: Readonly<Record<string, string>>;
  readonly details: readonly string[];
  readonly examples: readonly string[];
  /** The key of an answer that is a list; the fields of any other stand at the top. */
  readonly dataKey?: string;
  readonly answered: string;
  readonly unanswered: string;
}

/** The letter of `--all` belongs to commands that show all of something. */
const { all: _all, ...searchOptionTable } = locateOptionTable;
const ownOptionTable = { ...rowFormOptionTable, ...searchOptionTable };
const dumpOperand: Operand = {
  name: 'DUMP',
  isRepeatable: true,
  isDump: true,
  completes: 'file',
};

/**
 * Makes a command of an analyzer: its options are the analyzer's, and its answer is the analyzer's
 * report. `--json` has the fields of the report's data at the top.
 */
export function kernelCommand({
  analyzer,
  words = [],
  letters = {},
  placeholders = {},
  details,
  examples,
  dataKey,
  answered,
  unanswered,
}: KernelCommand): Command {
  const ofWords = words.map(({ option }) => option);
  const table: OptionTable = Object.fromEntries(
    Object.entries(analyzer.options)
      .filter(([name]) => !ofWords.includes(name))
      .map(([name, spec]) => [name, optionOf(spec, letters[name], placeholders[name])]),
  );
  return defineCommand({
    operands: [dumpOperand, ...words],
    options: { ...table, ...ownOptionTable },
    details: [
      ...details,
      'Several DUMPs are the parts of one split dump, in any order.' +
        (words.length === 0
          ? ''
          : ' A further part that is named by letters and digits alone is written ./NAME.'),
    ],
    exits: { ...dumpExits, 0: answered, 1: unanswered },
    examples,
    async run(invocation) {
      const { toolkit, io, global } = invocation;
      const given = invocation.options as OptionValues<typeof ownOptionTable> &
        Readonly<Record<string, unknown>>;
      const rowForm = rowFormOf(given, global);
      const { paths, texts } = dumpAndWords(
        invocation.operands,
        words,
        invocation.here?.paths.length,
      );
      const options = Object.fromEntries(
        [...Object.keys(table).map((name) => [name, given[name]]), ...Object.entries(texts)].filter(
          ([, each]) => each !== undefined && each !== false,
        ),
      ) as Record<string, string | true>;
      resolveOptions(analyzer.name, analyzer.options, options);
      const search = await locateOptionsOf(toolkit, { ...given, all: false });
      return await withDump(invocation, paths, async (dump) => {
        const verdict = await locateKernel(invocation, dump, search);
        const unmet = unmetChoice(dump, search, verdict);
        if (unmet !== undefined) {
          return await noAnswer(io, global.json, dump, { code: 'no-kernel', because: unmet });
        }
        const form = {
          rowForm,
          picturePath: undefined,
          mayReplace: false,
          dataKey: dataKey ?? null,
        };
        return await analyzeAndWrite(invocation, { analyzer, dump, verdict, options }, form);
      });
    },
  });
}

/** An option of an analyzer as one of a command. The analyzer's own check reads its text. */
function optionOf(
  { type, summary, choices }: AnalyzerOption,
  letter: string | undefined,
  placeholder: string = placeholderOf[type],
): OptionSpec {
  if (type === 'boolean') {
    return flag(summary, letter);
  }
  const facts = {
    ...(choices === undefined ? {} : { choices }),
    ...(type === 'file' ? { completes: 'file' as const } : {}),
  };
  const option = value(placeholder, summary, (text) => text, facts);
  return letter === undefined ? option : { ...option, short: letter };
}

const placeholderOf: Readonly<Record<AnalyzerOption['type'], string>> = {
  boolean: '',
  integer: 'NUMBER',
  size: 'SIZE',
  address: 'ADDRESS',
  string: 'TEXT',
  file: 'FILE',
};
