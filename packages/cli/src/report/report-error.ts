import { printable } from '@vmcorekit/core';
import type { ExitStatus } from '../exit-status.ts';
import { type Io, write } from '../io.ts';
import { errorJson } from '../json/error-json.ts';
import { jsonLine } from '../json/json-line.ts';
import { errorReport } from './error-report.ts';

/** Tells of an error on stderr, and with `json` as an object on stdout. Returns the exit status it means. */
export async function reportError(
  io: Io,
  error: unknown,
  { json, debug, files = [] }: { readonly json: boolean; readonly debug: boolean; readonly files?: readonly string[] },
): Promise<ExitStatus> {
  const report = errorReport(error);
  const [file] = files;
  const about = file === undefined || report.message.includes(file) ? '' : `${file}: `;
  await write(io.stderr, `vmcorekit: ${printable(about + report.message)}\n`);
  if (debug) {
    await write(io.stderr, `${report.stack.split('\n').map(printable).join('\n')}\n`);
  }
  if (json) {
    await write(io.stdout, jsonLine(errorJson(report, files)));
  }
  return report.status;
}
