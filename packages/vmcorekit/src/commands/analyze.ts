import { analyzersJson, analyzersReport } from '@vmcorekit/report';
import { analyzeAndWrite } from '../analyzing/analyze-and-write.ts';
import { isOfHeuristic, optionsOfEach } from '../analyzing/analyzer-options.ts';
import { fileValue, flag, texts } from '../arguments/option-spec.ts';
import { analyzerNamed } from '../arguments/other-words.ts';
import { rowFormOf, rowFormOptionTable } from '../arguments/row-form-options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { locateKernel, unmetChoice } from '../dumps/locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, type ExitStatus, exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
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
    { name: 'DUMP', isOptional: true, isRepeatable: true, isDump: true, completes: 'file' },
  ],
  options,
  details: [
    'Finds the kernel in a dump, and runs the analyzer NAME on it. Without NAME, lists the ' +
      'analyzers. Several DUMPs are the parts of one split dump, in any order.',
    'NAME may be several with commas between them: the dump is opened and searched once. An ' +
      'option counts for each that has it.',
  ],
  exits: {
    ...dumpExits,
    0: 'the analyzer has an answer',
    1: 'an analyzer has no answer in this dump',
  },
  examples: [
    '',
    'kernel-log vmcore',
    'memory-map vmcore',
    'memory-map --svg map.svg vmcore',
    'vmcoreinfo --option from=memory vmcore',
    '--json ps,bt,mod vmcore',
  ],
  async run(invocation) {
    const { toolkit } = invocation;
    const rowForm = rowFormOf(invocation.options, invocation.global);
    const [name, ...paths] = invocation.operands;
    const named = (name?.split(',') ?? []).map((each) => analyzerNamed(toolkit.registry, each));
    if (name === undefined || invocation.options.list) {
      if (rowForm !== undefined) {
        throw new UsageError(`--${rowForm} cannot be used with a list of analyzers`);
      }
      const all = name === undefined ? toolkit.registry.all('analyzers') : named;
      await writeAnswer(
        invocation,
        () => analyzersJson(toolkit.registry, all),
        (style) => analyzersReport(all, style),
      );
      return exitStatus.answered;
    }
    const { svg: picturePath, force: mayReplace } = invocation.options;
    const single = picturePath === undefined ? rowForm : 'svg';
    if (named.length > 1 && single !== undefined) {
      throw new UsageError(`--${single} cannot be used with several analyzers`);
    }
    if (paths.length === 0) {
      throw new UsageError(
        `wanted a DUMP to analyze with ${name} (usage: vmcorekit analyze --help)`,
      );
    }
    const ofEach = optionsOfEach(named, invocation.options.option);
    const option = invocation.options.option.filter(isOfHeuristic);
    const search = await locateOptionsOf(toolkit, { ...invocation.options, option });
    return await withDump(invocation, paths, async (dump) => {
      const verdict = await locateKernel(invocation, dump, search);
      const unmet = unmetChoice(dump, search, verdict);
      if (unmet !== undefined) {
        const { io, global } = invocation;
        return await noAnswer(io, global.json, dump, { code: 'no-kernel', because: unmet });
      }
      const form = { rowForm, picturePath, mayReplace, dataKey: 'data' };
      let status: ExitStatus = exitStatus.answered;
      for (const [index, { analyzer, options: given }] of ofEach.entries()) {
        if (index > 0 && !invocation.global.json) {
          await write(invocation.io.stdout, '\n');
        }
        const work = { analyzer, dump, verdict, options: given };
        const own = await analyzeAndWrite(invocation, work, form);
        status = own > status ? own : status;
      }
      return status;
    });
  },
});
