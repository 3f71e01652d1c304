import { analyzersJson, analyzersReport } from '@vmcorekit/report';
import { analyzeAndWrite } from '../analyzing/analyze-and-write.ts';
import { analyzerOptions, isOfHeuristic } from '../analyzing/analyzer-options.ts';
import { fileValue, flag, texts } from '../arguments/option-spec.ts';
import { analyzerNamed } from '../arguments/other-words.ts';
import { rowFormOf, rowFormOptionTable } from '../arguments/row-form-options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { locateKernel, unmetChoice } from '../dumps/locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { noAnswer } from '../terminal/report-error.ts';

const options = {
  list: flag('list the analyzers and their options, or only those of NAME', 'l'),
  svg: fileValue("write the analyzer's picture to FILE, as SVG"),
  force: flag('replace the SVG file if it exists', 'f'),
  ...rowFormOptionTable,
  ...locateOptionTable,
  option: texts(
    'NAME=VALUE',
    'set an option of the analyzer, like width=80, or HEURISTIC.NAME=VALUE',
  ),
};

export const analyze: Command = defineCommand({
  operands: [
    { name: 'NAME', isOptional: true, completes: 'analyzer' },
    { name: 'DUMP', isOptional: true, isRepeatable: true, completes: 'file' },
  ],
  options,
  details: [
    'Finds the kernel in a dump, and runs the analyzer NAME on it. Without NAME, lists the ' +
      'analyzers. Several DUMPs are the parts of one split dump, in any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'the analyzer has an answer',
    1: 'the analyzer has no answer in this dump',
  },
  examples: [
    '',
    'kernel-log vmcore',
    'memory-map vmcore',
    'memory-map --svg map.svg vmcore',
    'vmcoreinfo --option from=memory vmcore',
  ],
  async run(invocation) {
    const { toolkit } = invocation;
    const rowForm = rowFormOf(invocation.options, invocation.global);
    const [name, ...paths] = invocation.operands;
    if (name === undefined || invocation.options.list) {
      if (rowForm !== undefined) {
        throw new UsageError(`--${rowForm} cannot be used with a list of analyzers`);
      }
      const all =
        name === undefined
          ? toolkit.registry.all('analyzers')
          : [toolkit.registry.named('analyzers', name)];
      await writeAnswer(
        invocation,
        () => analyzersJson(toolkit.registry, all),
        (style) => analyzersReport(all, style),
      );
      return exitStatus.answered;
    }
    const analyzer = analyzerNamed(toolkit.registry, name);
    if (paths.length === 0) {
      throw new UsageError(
        `wanted a DUMP to analyze with ${name} (usage: vmcorekit analyze --help)`,
      );
    }
    const ofAnalyzer = analyzerOptions(analyzer, invocation.options.option);
    const option = invocation.options.option.filter(isOfHeuristic);
    const search = await locateOptionsOf(toolkit, { ...invocation.options, option });
    return await withDump(invocation, paths, async (dump) => {
      const verdict = await locateKernel(invocation, dump, search);
      const unmet = unmetChoice(dump, search, verdict);
      if (unmet !== undefined) {
        const { io, global } = invocation;
        return await noAnswer(io, global.json, dump, { code: 'no-kernel', because: unmet });
      }
      const { svg: picturePath, force: mayReplace } = invocation.options;
      return await analyzeAndWrite(
        invocation,
        { analyzer, dump, verdict, options: ofAnalyzer },
        { rowForm, picturePath, mayReplace, dataKey: 'data' },
      );
    });
  },
});
