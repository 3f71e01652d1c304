import { isDeepStrictEqual } from 'node:util';
import { type Dump, VmcorekitError } from '@vmcorekit/core';
import { differentDumpsText } from '@vmcorekit/report';
import { UsageError } from '../arguments/usage-error.ts';
import { dumpsOf } from './dumps-of.ts';
import type { InputOpener } from './open-input.ts';
import type { OpeningWorld } from './open-with-progress.ts';
import { isFolder } from './walk-folder.ts';

const folderAdvice = "is a folder: give a dump; 'vmcorekit probe -r' lists those in the folder";

/** A dump to work with. Disposing of it closes the dump, unless it was open before. */
export interface BorrowedDump extends Disposable {
  readonly dump: Dump;
}

/** The dump that is open already if the paths name it, else the one that `openOneDump` opens. */
export async function borrowDump(
  world: OpeningWorld,
  paths: readonly string[],
  openInput?: InputOpener,
): Promise<BorrowedDump> {
  const { here } = world;
  if (here !== undefined && isDeepStrictEqual(here.paths, paths)) {
    return { dump: here.dump, [Symbol.dispose]: () => {} };
  }
  const dump = await openOneDump(world, paths, openInput);
  return { dump, [Symbol.dispose]: () => dump[Symbol.dispose]() };
}

/**
 * Opens files that must be one dump: a single file, or the parts of a split one in any order.
 * Throws the error of the first bad file, and `UsageError` if they are several dumps.
 */
export async function openOneDump(
  world: OpeningWorld,
  paths: readonly string[],
  openInput?: InputOpener,
): Promise<Dump> {
  let dump: Dump | undefined;
  try {
    for await (const files of dumpsOf(world, paths, openInput)) {
      if ('error' in files) {
        const [file = ''] = files.files;
        throw isFolder(file)
          ? new VmcorekitError('io', { file, because: folderAdvice })
          : files.error;
      }
      if (dump !== undefined) {
        for (const part of files.parts) {
          part[Symbol.dispose]();
        }
        throw new UsageError(differentDumpsText(dump.files, files.files));
      }
      dump = await files.open();
    }
  } catch (error) {
    dump?.[Symbol.dispose]();
    throw error;
  }
  if (dump === undefined) {
    throw new UsageError('no dump was given');
  }
  return dump;
}
