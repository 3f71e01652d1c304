import { fileURLToPath, pathToFileURL } from 'node:url';
import { firstLine, VmcorekitError } from '@vmcorekit/core';
import { resolve } from 'import-meta-resolve';
import { type ConfigFile, type KeyPath, keyText } from './config-file.ts';

/** The file that a package's name or a relative path in a configuration means, seen from that file's own folder. Throws `bad-config`. */
export function resolveSpecifier(file: ConfigFile, key: KeyPath, specifier: string): string {
  try {
    const isPath = /^([./\\]|[a-zA-Z]:)/.test(specifier);
    return fileURLToPath(
      isPath ? new URL(specifier, pathToFileURL(file.path)) : resolve(specifier, pathToFileURL(file.path).href),
    );
  } catch (error) {
    const reason = firstLine(error instanceof Error ? error.message : String(error));
    const facts = {
      file: file.path,
      line: file.lineOf(key),
      key: keyText(key),
      because: `'${specifier}' is not found: ${reason}`,
    };
    throw new VmcorekitError('bad-config', facts, { cause: error });
  }
}
