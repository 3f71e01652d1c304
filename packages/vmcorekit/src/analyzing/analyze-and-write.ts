import type { Analyzer, Dump, OptionValue, Report, Verdict } from '@vmcorekit/core';
import type { Invocation } from '../command.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { reportError } from '../terminal/report-error.ts';
import { type ReportForm, writeReport } from './write-report.ts';

interface Work {
  readonly analyzer: Analyzer;
  readonly dump: Dump;
  readonly verdict: Verdict;
  readonly options: Readonly<Record<string, OptionValue>>;
}

type Asked = Pick<Invocation, 'toolkit' | 'io' | 'global'>;

/** Runs an analyzer, with progress on stderr, and writes its report. */
export async function analyzeAndWrite(
  invocation: Asked,
  work: Work,
  form: ReportForm,
): Promise<ExitStatus> {
  const { analyzer, dump, verdict } = work;
  let report: Report;
  try {
    report = await runWithProgress(invocation, work);
  } catch (error) {
    return await unanswered(invocation, dump, error);
  }
  return await writeReport(invocation, { analyzer: analyzer.name, dump, verdict, report }, form);
}

async function runWithProgress(
  { toolkit, io, global }: Asked,
  { analyzer, dump, verdict, options }: Work,
): Promise<Report> {
  using line = new ProgressLine(io, global.quiet);
  return await toolkit.analyze(analyzer, dump, verdict, options, {
    signal: io.signal,
    onProgress: (progress) => line.show(progress, dump.files[0] ?? ''),
  });
}

/** Reports a failure of the analyzer. The dump was readable, so there is just no answer. */
async function unanswered({ io, global }: Asked, dump: Dump, error: unknown): Promise<ExitStatus> {
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
