import { realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ByteSource, isPlainName, isVmcorekitError, type SourceOpener } from '@vmcorekit/core';
import { FileSource } from './file-source.ts';
import { isMissing, withIoErrors } from './io-errors.ts';

/** Opens paths and `file:` addresses. */
export const fileOpener: SourceOpener = {
  name: 'file',
  summary: 'files and block devices',
  schemes: ['file'],
  async open(url) {
    return new FileSource(pathOf(url));
  },
  async companion(url, name) {
    return companionOf(pathOf(url), name);
  },
};

/** The path of a file that is named by a path or a `file:` address. Throws `io`. */
export function pathOf(url: string): string {
  return /^file:\/\//i.test(url) ? withIoErrors(url, () => fileURLToPath(url)) : url;
}

/**
 * A regular file of that name beside another one, if it exists and is not reached through a link
 * that leads elsewhere.
 */
function companionOf(path: string, name: string): ByteSource | undefined {
  if (!isPlainName(name)) {
    return undefined;
  }
  try {
    const folder = withIoErrors(path, () => realpathSync(dirname(path)));
    const beside = withIoErrors(join(dirname(path), name), () => realpathSync(join(folder, name)));
    return dirname(beside) === folder && statSync(beside).isFile()
      ? new FileSource(beside)
      : undefined;
  } catch (error) {
    if (isVmcorekitError(error, 'io') && isMissing(error.cause)) {
      return undefined;
    }
    throw error;
  }
}
