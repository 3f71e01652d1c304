import { type Dump, type LocatedKernel, printable } from '@vmcorekit/core';
import type { Invocation } from '../command.ts';
import { complain } from '../io.ts';
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
  const isSettled = dump.memoryLayouts === undefined && dump.placedBy === undefined;
  if (isSettled || (isGiven && !needsMachine)) {
    return null;
  }
  const { kernel, memoryLayout } = await locateWithProgress(toolkit, dump, {}, io, global.quiet);
  const taken = dump.image.memoryLayout;
  if (memoryLayout?.isProved !== true && taken?.basis !== 'told' && taken !== undefined) {
    const [file = ''] = dump.files;
    const text = `${file}: where its memory lies is not proved; taken: ${taken.name} (${taken.because})`;
    await complain(io, `vmcorekit: ${printable(text)}\n`);
  }
  return kernel;
}
