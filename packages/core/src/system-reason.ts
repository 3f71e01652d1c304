/** What messages say of a file that may not be replaced. */
export const alreadyExists = 'already exists';

/**
 * By the code of the operating system's error. Source: POSIX, errno.h; Node gives these codes on
 * every system.
 */
const sentences: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'is in use',
  EDQUOT: 'no space left in the quota of the user',
  EEXIST: alreadyExists,
  EFBIG: 'the file system takes no file that large',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ELOOP: 'is a symbolic link that leads in a circle',
  EMFILE: 'this process has too many files open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'this machine has too many files open',
  ENODEV: 'there is no such device',
  ENOENT: 'no such file',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'is in something that is not a folder',
  ENXIO: 'there is no such device',
  EPERM: 'this is not permitted',
  EPIPE: 'the reader has gone away',
  EROFS: 'the file system is read-only',
  ESTALE: 'the file is no longer there (stale file handle)',
  ETIMEDOUT: 'the file system does not answer',
  ETXTBSY: 'is in use',
};

/**
 * Why the operating system refused something, in the same words everywhere. Other errors keep their
 * own message.
 */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return sentences[code] ?? (error instanceof Error ? error.message : String(error));
}
