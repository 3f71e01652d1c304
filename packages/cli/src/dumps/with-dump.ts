import type { Dump } from '@vmcorekit/core';
import { FileSource } from '@vmcorekit/core/node';
import type { Invocation } from '../command.ts';
import type { ExitStatus } from '../exit-status.ts';
import { reportError } from '../report/report-error.ts';

/** Opens the one dump a command is about, does the work, closes it. An error is told with the file's name. */
export async function withDump(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  path: string,
  work: (dump: Dump) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  let dump: Dump;
  try {
    dump = await toolkit.open(new FileSource(path));
  } catch (error) {
    return reportError(io, error, { json: global.json, debug: global.debug, files: [path] });
  }
  using opened = dump;
  return await work(opened);
}
