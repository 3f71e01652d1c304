import { type Dump, printable } from '@vmcorekit/core';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain, type Io, write } from '../io.ts';
import { filesJson } from '../json/files-json.ts';
import { jsonLine } from '../json/json-line.ts';

/** Says that a question has no answer in this dump, and why. */
export async function noAnswer(io: Io, json: boolean, dump: Dump, because: string): Promise<ExitStatus> {
  const [file = ''] = dump.files;
  await complain(io, `vmcorekit: ${printable(`${file}: ${because}`)}\n`);
  if (json) {
    await write(
      io.stdout,
      jsonLine({ schema: 1, ...filesJson(dump.files), error: { code: 'no-address-space', message: because } }),
    );
  }
  return exitStatus.unanswered;
}
