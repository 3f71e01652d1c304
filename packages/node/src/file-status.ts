import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathOf } from './file-opener.ts';
import { FileSource } from './file-source.ts';
import { withIoErrors } from './io-errors.ts';

/** What the file system says of a file. Times are in nanoseconds since 1970. */
export interface FileStatus {
  /** Where a symbolic link on the way to it leads, absolute; null where none does. */
  readonly target: string | null;
  readonly sizeInBytes: number;
  readonly modified: bigint;
  /** When its content, owner, mode or name last changed. */
  readonly changed: bigint;
  /** Null where the file system does not keep it. */
  readonly created: bigint | null;
}

/** The status of a file, by its path or `file:` address. Throws `io`. */
export function fileStatusOf(url: string): FileStatus {
  const path = pathOf(url);
  using source = new FileSource(path);
  return withIoErrors(path, () => {
    const { mtimeNs, ctimeNs, birthtimeNs }: BigIntStats = statSync(path, { bigint: true });
    const target = realpathSync(path);
    return {
      target: target === resolve(path) ? null : target,
      sizeInBytes: source.sizeInBytes,
      modified: mtimeNs,
      changed: ctimeNs,
      created: birthtimeNs > 0n ? birthtimeNs : null,
    };
  });
}
