import type { Dump } from '@vmcorekit/core';
import type { Invocation } from '../command.ts';
import type { ExitStatus } from '../exit-status.ts';
import { reportError } from '../terminal/report-error.ts';
import type { SourceOpener } from './open-input.ts';
import { openOneDump } from './open-one-dump.ts';

/**
 * Opens the one dump a command is about (one file, or the parts of a split dump in any order), does the work, closes it. An error is told
 * with the files' names.
 */
export async function withDump(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  paths: readonly string[],
  work: (dump: Dump) => Promise<ExitStatus>,
  openSource?: SourceOpener,
): Promise<ExitStatus> {
  let dump: Dump;
  try {
    dump = await openOneDump(toolkit, paths, openSource);
  } catch (error) {
    return reportError(io, error, { json: global.json, debug: global.debug, files: paths });
  }
  using opened = dump;
  return await work(opened);
}
