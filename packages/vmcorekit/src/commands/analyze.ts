import {
  type Analyzer,
  type Dump,
  type OptionValue,
  printable,
  printableLine,
  type Report,
  resolveOptions,
} from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/node';
import {
  analyzersJson,
  analyzersReport,
  filesJson,
  kernelJson,
  plainJson,
} from '@vmcorekit/report';
import { fileValue, flag, texts } from '../arguments/option-spec.ts';
import { analyzerNamed } from '../arguments/other-words.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { locateKernel, unmetChoice } from '../dumps/locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from '../dumps/locate-options.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits, type ExitStatus, exitStatus } from '../exit-status.ts';
import { asOutputError, complain } from '../io.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { noAnswer, reportError } from '../terminal/report-error.ts';

const options = {
  list: flag('list the analyzers and their options, or only those of NAME', 'l'),
  svg: fileValue("write the analyzer's picture to FILE, as SVG"),
  force: flag('replace the SVG file if it exists', 'f'),
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
    const [name, ...paths] = invocation.operands;
    if (name === undefined || invocation.options.list) {
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
    const search = locateOptionsOf(toolkit, { ...invocation.options, option });
    return await withDump(invocation, paths, async (dump) => {
      const verdict = await locateKernel(invocation, dump, search);
      const unmet = unmetChoice(dump, search, verdict);
      if (unmet !== undefined) {
        const { io, global } = invocation;
        return await noAnswer(io, global.json, dump, { code: 'no-kernel', because: unmet });
      }
      let report: Report;
      try {
        report = await runWithProgress(invocation, analyzer, dump, verdict, ofAnalyzer);
      } catch (error) {
        return await unanswered(invocation, dump, error);
      }
      const { text, data, svg, sources = {}, remarks = [] } = report;
      const { svg: picturePath, force } = invocation.options;
      if (picturePath !== undefined) {
        writePicture(analyzer.name, svg, picturePath, force);
      }
      await writeAnswer(
        invocation,
        () => ({
          schema: 1,
          ...filesJson(dump.files),
          analyzer: analyzer.name,
          confidence: verdict.confidence,
          kernel: verdict.kernel === null ? null : kernelJson(verdict.kernel),
          data: plainJson(data),
          sources: { ...sources },
          remarks: [...remarks],
        }),
        () => text.map((line) => `${printableLine(line)}\n`).join(''),
      );
      if (!invocation.global.json && !invocation.global.quiet) {
        await showRemarks(invocation, dump, remarks);
      }
      return statusOf(data);
    });
  },
});

/** The remarks of an analyzer go to stderr, so that stdout holds the answer alone. */
async function showRemarks(
  { io }: Invocation,
  { files }: Dump,
  remarks: readonly string[],
): Promise<void> {
  for (const remark of remarks) {
    await complain(io, `vmcorekit: ${printable(`${files[0] ?? 'dump'}: ${remark}`)}\n`);
  }
}

function writePicture(
  analyzer: string,
  svg: string | undefined,
  path: string,
  mayReplace: boolean,
): void {
  if (svg === undefined) {
    throw new UsageError(`--svg: the analyzer ${analyzer} draws no picture`);
  }
  asOutputError(() => {
    using file = new OutputFile(path, mayReplace);
    file.writeAt(0, Buffer.from(svg));
    file.commit();
  }, '--force');
}

function statusOf(data: unknown): ExitStatus {
  return data == null ? exitStatus.unanswered : exitStatus.answered;
}

/** The dump itself was readable, so a failure of the analyzer is "no answer". */
async function unanswered(
  { io, global }: Invocation,
  dump: Dump,
  error: unknown,
): Promise<ExitStatus> {
  if (io.signal.aborted) {
    throw error;
  }
  const status = await reportError(io, error, {
    json: global.json,
    debug: global.debug,
    files: dump.files,
  });
  return status === exitStatus.unreadable ? exitStatus.unanswered : status;
}

async function runWithProgress(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  analyzer: Analyzer,
  dump: Dump,
  verdict: Parameters<Invocation['toolkit']['analyze']>[2],
  given: Readonly<Record<string, OptionValue>>,
): ReturnType<Invocation['toolkit']['analyze']> {
  using line = new ProgressLine(io, global.quiet);
  return await toolkit.analyze(analyzer, dump, verdict, given, {
    signal: io.signal,
    onProgress: (progress) => line.show(progress, dump.files[0] ?? ''),
  });
}

/** A heuristic's option has its owner's name before a dot. */
function isOfHeuristic(setting: string): boolean {
  return /^[^.=]+\./.test(setting);
}

/** Checked before any dump is opened. */
function analyzerOptions(
  analyzer: Analyzer,
  settings: readonly string[],
): Record<string, OptionValue> {
  const own = settings
    .filter((setting) => !isOfHeuristic(setting))
    .map((setting): [string, string] => {
      const [, name, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
      if (name === undefined || text === undefined) {
        throw new UsageError(`--option: got '${setting}', wanted NAME=VALUE`);
      }
      return [name, text];
    });
  const given = Object.fromEntries(own);
  resolveOptions(analyzer.name, analyzer.options, given);
  return given;
}
