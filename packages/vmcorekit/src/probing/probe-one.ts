import { VmcorekitError } from '@vmcorekit/core';
import type { SearchOptions } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import type { DumpFiles } from '../dumps/dumps-of.ts';
import { locateByRules, wrongSymbols } from '../dumps/locate-by-rules.ts';
import { type ManyDumps, openOf } from '../dumps/many-dumps.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { write } from '../io.ts';
import { errorReport } from '../terminal/error-report.ts';
import { reportError } from '../terminal/report-error.ts';
import type { Presenter } from './presenter.ts';

interface Answer {
  readonly text: string;
  readonly status: ExitStatus;
  /**
   * For stderr: why the dump could not be read, or why no symbol file given is of a kernel in
   * it.
   */
  readonly failure: VmcorekitError | null;
}

/**
 * Probes one dump. Reports what is wrong with it, so that the others go on. Undefined for a file
 * that a walk passes over.
 */
export async function probeOne(
  invocation: Invocation,
  search: SearchOptions,
  presenter: Presenter,
  many: ManyDumps,
  dumpFiles: DumpFiles,
): Promise<ExitStatus | undefined> {
  const { io, global } = invocation;
  const { files } = dumpFiles;
  const reporting = { json: false, debug: global.debug, files };
  io.signal.throwIfAborted();
  let answer: Answer;
  try {
    answer = await answerFor(invocation, search, presenter, dumpFiles);
  } catch (error) {
    if (io.signal.aborted) {
      throw error;
    }
    if (await many.passedOver.addIfNoDump(dumpFiles, error)) {
      return undefined;
    }
    const status = await reportError(io, error, reporting);
    await write(io.stdout, presenter.failure(files, error, errorReport(error)));
    return status;
  }
  await write(io.stdout, answer.text);
  // If there is one, the answer still stands, and names it.
  return answer.failure === null ? answer.status : await reportError(io, answer.failure, reporting);
}

async function answerFor(
  invocation: Invocation,
  search: SearchOptions,
  presenter: Presenter,
  dumpFiles: DumpFiles,
): Promise<Answer> {
  const started = performance.now();
  using opened = await openOf(dumpFiles);
  const { dump } = opened;
  const ruled = await locateByRules(invocation, dump, search);
  const { verdict } = ruled;
  const milliseconds = Math.round(performance.now() - started);
  const wrong = wrongSymbols(verdict, search);
  return {
    text: presenter.answer(dump, ruled, milliseconds),
    status: verdict.kernel === null ? exitStatus.unanswered : exitStatus.answered,
    failure:
      dump.sourceFailure ??
      (wrong === undefined ? null : new VmcorekitError('wrong-symbols', wrong)),
  };
}
