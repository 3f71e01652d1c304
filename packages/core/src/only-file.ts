import type { ByteSource } from './byte-source.ts';
import { VmcorekitError } from './errors.ts';

/**
 * The file of a dump that is one. Throws `contract` for none, and for several.
 * @param what the dump with its article: `an ELF dump`
 */
export function onlyFile(files: readonly ByteSource[], what: string): ByteSource {
  const [file] = files;
  if (file === undefined || files.length > 1) {
    throw new VmcorekitError('contract', { what: `${what} is one file, got ${files.length}` });
  }
  return file;
}
