import { VmcorekitError } from '@vmcorekit/core';
import { describeJson, describeReport } from '@vmcorekit/report';
import { hashOption } from '../arguments/hash-option.ts';
import { flag } from '../arguments/option-spec.ts';
import { type Command, defineCommand } from '../command.ts';
import { ruleLines } from '../config-reports/rule-lines.ts';
import { appliedRulesJson } from '../config-reports/rules-json.ts';
import { describeWithProgress } from '../dumps/describe-with-progress.ts';
import { locateByRules, unmetChoice, wrongSymbols } from '../dumps/locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { noAnswer, reportError } from '../terminal/report-error.ts';

export const describe: Command = defineCommand({
  operands: [{ name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' }],
  options: {
    hash: hashOption,
    verbose: flag('say why each field without a value is not proved', 'v'),
    ...locateOptionTable,
  },
  details: [
    'Shows what the kernel says of its machine, like `sys` of crash: host name, CPUs, memory, ' +
      'time, uptime, load, tasks, command line, taint and panic. Each field names its source. A ' +
      'field that is not proved has no value.',
    'Also shows where the report comes from: the files with size and times, the versions, and ' +
      'the configuration. The hash of the memory is the same in every format. Several DUMPs are ' +
      'the parts of one split dump, in any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'the kernel was found',
    1: 'no kernel was found',
  },
  examples: ['vmcore', '--json vmcore', '--hash file,memory vmcore'],
  async run(invocation) {
    const { toolkit, options, operands } = invocation;
    const search = await locateOptionsOf(toolkit, options);
    return await withDump(invocation, operands, async (dump) => {
      const ruled = await locateByRules(invocation, dump, search);
      const { verdict, effective } = ruled;
      const { io, global } = invocation;
      const unmet = unmetChoice(dump, search, verdict);
      if (unmet !== undefined) {
        return await noAnswer(io, global.json, dump, { code: 'no-kernel', because: unmet });
      }
      const description = await describeWithProgress(invocation, dump, verdict, options.hash);
      const answer = { dump, ...description };
      await writeAnswer(
        invocation,
        () => ({
          ...describeJson(answer),
          ...(effective === null ? {} : { rules: appliedRulesJson(effective) }),
        }),
        (style) =>
          describeReport(answer, style, {
            verbose: options.verbose,
            ruleLines: ruleLines(ruled, style),
          }),
      );
      const wrong = wrongSymbols(verdict, search);
      const failure =
        dump.sourceFailure ??
        (wrong === undefined ? null : new VmcorekitError('wrong-symbols', wrong));
      if (failure !== null) {
        // The answer stands, also with this error.
        return await reportError(io, failure, {
          json: false,
          debug: global.debug,
          files: dump.files,
        });
      }
      return verdict.kernel === null ? exitStatus.unanswered : exitStatus.answered;
    });
  },
});
