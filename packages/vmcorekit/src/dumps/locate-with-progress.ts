import { basename } from 'node:path';
import type { Dump, Verdict } from '@vmcorekit/core';
import type { SearchOptions, Toolkit } from '@vmcorekit/engine';
import type { Io } from '../io.ts';
import { ProgressLine } from '../output/progress-line.ts';

/** Searches a dump for its kernels, telling on stderr what takes long. Rejects on Ctrl-C. */
export async function locateWithProgress(
  toolkit: Toolkit,
  dump: Dump,
  search: SearchOptions,
  io: Io,
  quiet: boolean,
): Promise<Verdict> {
  using line = new ProgressLine(io, quiet);
  const about = basename(dump.files[0] ?? '');
  return await toolkit.locate(dump, { ...search, signal: io.signal, onProgress: (progress) => line.show(progress, about) });
}
