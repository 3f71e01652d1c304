import type { Dump } from '@vmcorekit/core';
import type { ExitStatus } from '../exit-status.ts';
import { reportError } from '../terminal/report-error.ts';
import type { InputOpener } from './open-input.ts';
import { type BorrowedDump, borrowDump } from './open-one-dump.ts';
import type { OpeningWorld } from './open-with-progress.ts';

/**
 * Opens the one dump of a command: one file, or the parts of a split dump in any order. Does the
 * work and closes the dump, unless it was open before. Reports an error of opening with the files'
 * names.
 */
export async function withDump(
  world: OpeningWorld,
  paths: readonly string[],
  work: (dump: Dump) => Promise<ExitStatus>,
  openInput?: InputOpener,
): Promise<ExitStatus> {
  const { io, global } = world;
  let borrowed: BorrowedDump;
  try {
    borrowed = await borrowDump(world, paths, openInput);
  } catch (error) {
    io.signal.throwIfAborted();
    return reportError(io, error, { json: global.json, debug: global.debug, files: paths });
  }
  using opened = borrowed;
  return await work(opened.dump);
}
