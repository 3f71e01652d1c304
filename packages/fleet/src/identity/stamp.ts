import { stat } from 'node:fs/promises';

/**
 * Says without reading whether files are the same as before: their devices, inodes, sizes and
 * times. Rejects with errors of the file system.
 */
export async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    files.map(async (path) => {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(':');
    }),
  );
  return stamps.join(' ');
}
