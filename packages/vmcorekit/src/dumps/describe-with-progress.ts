import { basename } from 'node:path';
import type { Dump, Verdict } from '@vmcorekit/core';
import type { Invocation } from '../command.ts';
import { type Description, describeDump } from '../library/describing/describe-dump.ts';
import type { ProvenanceOptions } from '../library/describing/provenance.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

/** Describes a dump, with progress on stderr. Rejects on Ctrl-C. */
export async function describeWithProgress(
  { toolkit, io, global, configuration }: Invocation,
  dump: Dump,
  verdict: Verdict,
  hash: NonNullable<ProvenanceOptions['hash']>,
): Promise<Description> {
  using line = new ProgressLine(io, global.quiet);
  const about = basename(dump.files[0] ?? '');
  return await describeDump(
    toolkit,
    dump,
    verdict,
    {
      hash,
      ...(io.now === undefined ? {} : { now: io.now }),
      signal: io.signal,
      onProgress: (progress) => line.show(progress, about),
    },
    configuration.files.map(({ file }) => file.path),
  );
}
