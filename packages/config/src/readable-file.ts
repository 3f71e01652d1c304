import { statSync } from 'node:fs';

/** The longest configuration allowed. */
export const longestInBytes: number = 1024 * 1024;

/**
 * Why a file cannot be read as a whole: a pipe hangs its reader, signals and all, and a device
 * never ends. Undefined for files and folders, and where nothing exists: reading reports that
 * itself. Throws the system's error where it cannot look.
 */
export function endlessness(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined || stat.isFile() || stat.isDirectory()
    ? undefined
    : 'is not a regular file';
}

/**
 * Why a file is no configuration, from the outside; undefined where it may be one. Throws as
 * `endlessness` does.
 */
export function outwardRefusal(path: string): string | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return (
    endlessness(path) ??
    (size > longestInBytes
      ? `is longer than a configuration may be (${longestInBytes} bytes)`
      : undefined)
  );
}
