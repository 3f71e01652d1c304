import { dirname } from 'node:path';
import { splitKeyOf } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import { type DumpFiles, dumpsAmong } from '../dumps/dumps-of.ts';
import { PassedOver } from '../dumps/passed-over.ts';
import type { FoundDump } from './fleet-data.ts';

/**
 * The dump to add for files that were looked at; undefined for no dump. One that cannot be read as
 * a dump is one too: its result says why. Closes its parts.
 */
export async function dumpToAdd(
  dump: DumpFiles,
  passedOver: PassedOver,
): Promise<FoundDump | undefined> {
  if ('error' in dump) {
    const isNone = await passedOver.addIfNoDump(dump, dump.error);
    return isNone ? undefined : { files: dump.files, isSplit: false };
  }
  const isSplit = dump.parts.some((part) => splitKeyOf(part) !== null);
  for (const part of dump.parts) {
    part[Symbol.dispose]();
  }
  return { files: dump.files, isSplit };
}

/** The dumps among files of one folder that no user named. */
export async function* dumpsToAdd(
  invocation: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  files: readonly string[],
): AsyncGenerator<FoundDump, void, void> {
  const passedOver = new PassedOver(invocation.io, false);
  const found = files.map((path) => ({ path, foundIn: dirname(path) }));
  for await (const dump of dumpsAmong(invocation, found)) {
    const added = await dumpToAdd(dump, passedOver);
    if (added !== undefined) {
      yield added;
    }
  }
}
