import { stat } from 'node:fs/promises';

/**
 * Says without reading whether the files of a path are the same as before: their inodes, sizes and
 * times of change. Two machines see one file the same. Rejects with errors of the file system.
 */
export async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    files.map(async (path) => {
      const { ino, size, mtimeNs } = await stat(path, { bigint: true });
      return [ino, size, mtimeNs].join(':');
    }),
  );
  return stamps.join(' ');
}
