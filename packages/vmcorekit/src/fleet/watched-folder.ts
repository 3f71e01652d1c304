import { type BigIntStats, constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemReason } from '@vmcorekit/core';
import { walkFolder } from '../dumps/walk-folder.ts';
import type { WatchedPlace } from './fleet-data.ts';

/** A folder, and those in it. A link to a folder is followed only if it is this one. */
export function watchedFolder(
  folder: string,
  workingFolder: string,
  signal: AbortSignal,
): WatchedPlace {
  const name = resolve(workingFolder, folder);
  return {
    name,
    async *files(notSearched) {
      const listener = {
        passedOver: async () => {},
        notSearched: async (path: string, cause: unknown) =>
          notSearched(`${path}: ${typeof cause === 'string' ? cause : systemReason(cause)}`),
      };
      for await (const { path, foundIn } of walkFolder(name, listener, signal)) {
        const stamp = await stampUnlessGone(() => stat(path, { bigint: true }));
        if (stamp !== undefined) {
          yield { path, folder: foundIn ?? name, stamp };
        }
      }
    },
    // To open a file on NFS is what asks the server for its state.
    // Source: nfs(5), close-to-open cache consistency.
    freshStamp: (path) =>
      stampUnlessGone(async () => {
        // Something else may have the name by now, and opening a pipe would wait.
        const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
        if (file === null) {
          return await stat(path, { bigint: true });
        }
        try {
          return await file.stat({ bigint: true });
        } finally {
          await file.close();
        }
      }),
  };
}

/** Undefined if the file is gone, or gives no status: a later look tries again. */
async function stampUnlessGone(status: () => Promise<BigIntStats>): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs } = await status();
    return `${ino}:${size}:${mtimeNs}`;
  } catch {
    return undefined;
  }
}
