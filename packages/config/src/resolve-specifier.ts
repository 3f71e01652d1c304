import { fileURLToPath, pathToFileURL } from 'node:url';
import { firstLine, VmcorekitError } from '@vmcorekit/core';
import { resolve } from 'import-meta-resolve';
import { type ConfigFile, type KeyPath, keyText } from './config-file.ts';
import { endlessness } from './readable-file.ts';

/**
 * The file that a package name or relative path means in a configuration, seen from that file's own
 * folder. Throws `bad-config`.
 */
export function resolveSpecifier(file: ConfigFile, key: KeyPath, specifier: string): string {
  const problem = (because: string, cause?: unknown): VmcorekitError =>
    new VmcorekitError(
      'bad-config',
      { file: file.path, line: file.lineOf(key), key: keyText(key), because },
      { cause },
    );
  let path: string;
  let refusal: string | undefined;
  try {
    const isPath = /^([./\\]|[a-zA-Z]:)/.test(specifier);
    path = fileURLToPath(
      isPath
        ? new URL(specifier, pathToFileURL(file.path))
        : resolve(specifier, pathToFileURL(file.path).href),
    );
    refusal = endlessness(path);
  } catch (error) {
    throw problem(
      `'${specifier}' is not found: ${firstLine(error instanceof Error ? error.message : String(error))}`,
      error,
    );
  }
  if (refusal !== undefined) {
    throw problem(`'${specifier}' ${refusal}`);
  }
  return path;
}
