import { basename } from 'node:path';
import type { Dump, Progress } from '@vmcorekit/core';
import type { FoundPlace, Matches } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import { findInThreads } from '../library/finding/find-in-threads.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { writeRemarks } from '../terminal/remarks.ts';
import type { SearchedMemory } from './searched-memory.ts';

/**
 * Searches memory, with progress on stderr. Also says on stderr why hits have no virtual addresses,
 * if no kernel is found. Rejects on Ctrl-C.
 */
export async function findWithProgress(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
  { request, space, kernel: kernelFor }: SearchedMemory,
  threadCount: number,
  contextInBytes: number,
): Promise<{ readonly matches: Matches; readonly hits: readonly FoundPlace[] }> {
  using line = new ProgressLine(io, global.quiet);
  const about = basename(dump.files[0] ?? '');
  const driving = {
    signal: io.signal,
    onProgress: (progress: Progress) => line.show(progress, about),
  };
  const matches =
    (await findInThreads(dump, request, threadCount, driving)) ??
    (await toolkit.find(dump, request, driving));
  const kernel = matches.addresses.length === 0 ? null : await kernelFor();
  const isMissing = kernel !== null && 'because' in kernel;
  if (isMissing) {
    line.erase();
    const remark = `virtual addresses are not known: ${kernel.because}`;
    await writeRemarks({ io, global }, dump, [remark]);
  }
  const places = {
    kernel: isMissing ? null : kernel,
    space,
    lengthInBytes: request.pattern.bytes.length,
    contextInBytes,
  };
  return { matches, hits: await toolkit.placesOf(dump, matches, places, driving) };
}
