import { basename } from 'node:path';
import type { Dump, Origin, Verdict } from '@vmcorekit/core';
import type { SearchOptions, Toolkit } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import type { Io } from '../io.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

/** Searches a dump for its kernels, with progress on stderr. Rejects on Ctrl-C. */
export async function locateWithProgress(
  toolkit: Toolkit,
  dump: Dump,
  search: SearchOptions,
  io: Io,
  quiet: boolean,
): Promise<Verdict> {
  using line = new ProgressLine(io, quiet);
  const about = basename(dump.files[0] ?? '');
  return await toolkit.locate(dump, {
    ...search,
    signal: io.signal,
    onProgress: (progress) => line.show(progress, about),
  });
}

/**
 * Finds out by a few bytes who captured a dump and who wrote it. Searches for no kernel. If the
 * file cannot be read, throws its error: a search would go on without the heuristic that met it.
 */
export async function originOf(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
): Promise<Origin> {
  const { origin } = await locateWithProgress(
    toolkit,
    dump,
    { only: originHeuristics(toolkit) },
    io,
    global.quiet,
  );
  if (dump.sourceFailure !== null) {
    throw dump.sourceFailure;
  }
  return origin;
}

/** The heuristics that read only a few bytes and find origins. */
export function originHeuristics(toolkit: Toolkit): string[] {
  return toolkit.registry
    .all('heuristics')
    .filter((heuristic) => heuristic.cost === 'header' && heuristic.yields.includes('origin'))
    .map((heuristic) => heuristic.name);
}
