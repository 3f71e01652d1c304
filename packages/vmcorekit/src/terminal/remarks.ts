import { type Dump, printable } from '@vmcorekit/core';
import type { Invocation } from '../command.ts';
import { complain } from '../io.ts';

/** Says on stderr what a reader must know of the answer for a dump, unless `--quiet` forbids it. */
export async function writeRemarks(
  { io, global }: Pick<Invocation, 'io' | 'global'>,
  { files: [file = 'dump'] }: Pick<Dump, 'files'>,
  remarks: readonly string[],
): Promise<void> {
  for (const remark of global.quiet ? [] : remarks) {
    await complain(io, `vmcorekit: ${printable(`${file}: ${remark}`)}\n`);
  }
}
