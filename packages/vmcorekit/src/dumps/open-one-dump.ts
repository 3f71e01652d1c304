import type { Dump } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { UsageError } from '../arguments/usage-error.ts';
import { dumpsOf } from './dumps-of.ts';
import type { SourceOpener } from './open-input.ts';

/**
 * Opens files that must be one dump: a single file, or the parts of a split one in any order. Throws what is wrong with the first bad
 * file, and `UsageError` where they are several dumps.
 */
export async function openOneDump(toolkit: Toolkit, paths: readonly string[], openSource?: SourceOpener): Promise<Dump> {
  let dump: Dump | undefined;
  try {
    for await (const files of dumpsOf(toolkit, paths, openSource)) {
      if ('error' in files) {
        throw files.error;
      }
      if (dump !== undefined) {
        for (const part of files.parts) {
          part[Symbol.dispose]();
        }
        throw new UsageError(`${dump.files.join(', ')} and ${files.files.join(', ')} are different dumps, not parts of one`);
      }
      dump = await toolkit.openIdentified(files.parts);
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
