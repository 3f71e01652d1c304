import { type Configuration, keyText } from '@vmcorekit/config';
import type { JsonObject } from '@vmcorekit/report';
import { fileValue } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { type ConfigRow, configReport, configRows } from '../config-reports/config-report.ts';
import { explanationReport } from '../config-reports/explanation-report.ts';
import { explanationJson } from '../config-reports/rules-json.ts';
import { effectiveSettings, locateByRules } from '../dumps/locate-by-rules.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, exitStatus } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';

export const config: Command = defineCommand({
  operands: [{ name: 'PART', isOptional: true, isRepeatable: true, completes: 'file' }],
  options: {
    explain: fileValue(
      'show which rules match DUMP, which do not, and the condition that decides',
      'DUMP',
    ),
  },
  details: [
    'Shows the settings that apply, each with the file and line it comes from; later values ' +
      'win. Also shows the files that are ignored because you do not trust them.',
    'With --explain, shows which rules match a dump. The other parts of a split dump follow it ' +
      'as PARTs.',
  ],
  exits: dumpExits,
  examples: ['', '--explain vmcore', '--config site.yaml --explain vmcore'],
  async run(invocation) {
    const { options, operands, configuration } = invocation;
    const path = options.explain;
    const [surplus] = operands;
    if (path === undefined && surplus !== undefined) {
      throw new UsageError(
        `unexpected argument '${surplus}': only --explain DUMP takes arguments, the other parts of a split dump`,
      );
    }
    if (path === undefined) {
      const rows = configRows(configuration);
      await writeAnswer(
        invocation,
        () => configJson(configuration, rows),
        (style) => configReport(configuration, rows, style),
      );
      return exitStatus.answered;
    }
    return await withDump(invocation, [path, ...operands], async (dump) => {
      const before = await effectiveSettings(invocation, dump);
      // A rule may ask for what only the search finds.
      const needsKernel = configuration.rules.some(
        ({ rule }) => rule.match?.release !== undefined || rule.match?.buildId !== undefined,
      );
      const effective = needsKernel
        ? (await locateByRules(invocation, dump, {})).effective
        : (before?.effective ?? null);
      await writeAnswer(
        invocation,
        () => explanationJson(path, effective),
        (style) => explanationReport(path, effective, style),
      );
      return exitStatus.answered;
    });
  },
});

function configJson({ files, ignored }: Configuration, rows: readonly ConfigRow[]): JsonObject {
  return {
    schema: 1,
    configFiles: files.map(({ file, source }) => ({ file: file.path, source })),
    ignored,
    values: rows.map(({ file, key, value }) => ({
      key: keyText(key),
      value,
      file: file.path,
      line: file.lineOf(key),
    })),
  };
}
