import { type Dump, type LocatedKernel, printable } from '@vmcorekit/core';
import type { Invocation } from '../command.ts';
import { complain } from '../io.ts';
import { layoutDoubt, needsSearch } from '../library/writing/layout-doubt.ts';
import { locateWithProgress } from './locate-with-progress.ts';

/**
 * Finds out where the memory of a dump lies, if its file does not say so: searches for the kernel.
 * Says on stderr where that is not proved. Null for dumps that need no such search, and if no
 * kernel is found. `needsMachine` searches also where the user gave the layout: the file names no
 * machine.
 */
export async function settleLayout(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
  needsMachine: boolean = false,
): Promise<LocatedKernel | null> {
  const isGiven = dump.image.memoryLayout?.basis === 'told';
  if (!needsSearch(dump) || (isGiven && !needsMachine)) {
    return null;
  }
  const verdict = await locateWithProgress(toolkit, dump, {}, io, global.quiet);
  const doubt = layoutDoubt(dump, verdict);
  if (doubt !== undefined) {
    await complain(io, `vmcorekit: ${printable(doubt)}\n`);
  }
  return verdict.kernel;
}
