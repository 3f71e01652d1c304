import { type Dump, printable, shownName, type Verdict } from '@vmcorekit/core';
import { errorJson, jsonLine } from '@vmcorekit/report';
import { UsageError } from '../arguments/usage-error.ts';
import { standardStream } from '../dumps/open-input.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain, type Io, OutputError, write } from '../io.ts';
import { errorReport } from './error-report.ts';

/**
 * Reports an error on stderr, and with `json` as an object on stdout too. Returns its exit status.
 */
export async function reportError(
  io: Io,
  error: unknown,
  {
    json,
    debug,
    files: named = [],
  }: { readonly json: boolean; readonly debug: boolean; readonly files?: readonly string[] },
): Promise<ExitStatus> {
  const report = errorReport(error);
  const files = named.map(shownName);
  const [file] = files;
  const about = file === undefined || isSaid(error, report.message, file) ? '' : `${file}: `;
  await complain(io, `vmcorekit: ${printable(about + report.message)}\n`);
  if (debug) {
    await complain(io, stackText(report.stack));
  }
  if (json) {
    await write(io.stdout, jsonLine(errorJson(report, files)));
  }
  return report.status;
}

/**
 * Whether a message names its file. A message that only has the same word, like `empty`, does not.
 * Errors of the output, and of a wrong use of standard input, are not about the input.
 */
function isSaid(error: unknown, message: string, file: string): boolean {
  return file === standardStream
    ? error instanceof OutputError || error instanceof UsageError
    : message.startsWith(file) || (file.includes('/') && message.includes(file));
}

/** Writes to stderr where heuristics and witnesses failed, for their authors. */
export async function showStacks(io: Io, { notRun }: Pick<Verdict, 'notRun'>): Promise<void> {
  for (const { name, because, stack } of notRun) {
    if (stack !== undefined) {
      await complain(io, `vmcorekit: ${printable(`${name}: ${because}`)}\n${stackText(stack)}`);
    }
  }
}

function stackText(stack: string): string {
  return `${stack.split('\n').map(printable).join('\n')}\n`;
}

/**
 * Like `reportError`, for the error that ended the command. Does not reject if standard output
 * takes no object. Reports that failure too, unless it ended the command or the reader of the
 * output has gone.
 */
export async function reportFinalError(
  io: Io,
  error: unknown,
  { json, debug }: { readonly json: boolean; readonly debug: boolean },
): Promise<ExitStatus> {
  const status = await reportError(io, error, { json: false, debug });
  try {
    if (json) {
      await write(io.stdout, jsonLine(errorJson(errorReport(error), [])));
    }
    return status;
  } catch (failure) {
    const isReported =
      error instanceof OutputError || (failure instanceof OutputError && failure.isBrokenPipe);
    return isReported ? status : await reportError(io, failure, { json: false, debug });
  }
}

/**
 * Reports that a question has no answer in this dump, and why. Writes to stderr after the dump's
 * name, and with `json` an object to stdout. `said` is the sentence for stderr if not `because`.
 */
export async function noAnswer(
  io: Io,
  json: boolean,
  dump: Dump,
  {
    code,
    because,
    said = because,
  }: { readonly code: string; readonly because: string; readonly said?: string },
): Promise<ExitStatus> {
  const [file = ''] = dump.files;
  await complain(io, `vmcorekit: ${printable(`${file}: ${said}`)}\n`);
  if (json) {
    await write(io.stdout, jsonLine(errorJson({ code, message: because, facts: {} }, dump.files)));
  }
  return exitStatus.unanswered;
}
