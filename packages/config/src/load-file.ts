import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importModule } from '@vmcorekit/config/import-module';
import { firstLine, systemReason, VmcorekitError } from '@vmcorekit/core';
import type { ConfigFile, UncheckedFile } from './config-file.ts';
import { isPackageManifest } from './find-in-folder.ts';
import { parseConfig, withinKey } from './parse-config.ts';
import { endlessness, outwardRefusal } from './readable-file.ts';
import { typeScriptRefusal } from './typescript.ts';
import { validateConfig } from './validate.ts';

const codeExtensions = ['.js', '.mjs', '.cjs', '.ts', '.mts'];

/**
 * Reads and checks one file. Runs code only where `mayRun`. Throws `bad-config`, or `io` where the
 * file cannot be read.
 */
export async function loadFile(path: string, mayRun: boolean): Promise<ConfigFile> {
  return validateConfig(
    codeExtensions.includes(extname(path)) ? await runFile(path, mayRun) : readDataFile(path),
  );
}

function readDataFile(path: string): UncheckedFile {
  let text: string;
  let refusal: string | undefined;
  try {
    refusal = outwardRefusal(path);
    text = refusal === undefined ? readFileSync(path, 'utf8') : '';
  } catch (error) {
    throw problemOf(path, `cannot be read: ${systemReason(error)}`, error);
  }
  if (refusal !== undefined) {
    throw problemOf(path, refusal);
  }
  const file = parseConfig(path, text);
  return isPackageManifest(path) ? withinKey(file, 'vmcorekit') : file;
}

async function runFile(path: string, mayRun: boolean): Promise<UncheckedFile> {
  if (!mayRun) {
    throw problemOf(path, 'is code, which runs only when given with --config');
  }
  try {
    const refusal = endlessness(path) ?? typeScriptRefusal(path);
    if (refusal !== undefined) {
      throw problemOf(path, refusal);
    }
    const { default: config }: { readonly default?: unknown } = await importModule(
      pathToFileURL(path).href,
    );
    if (config === undefined) {
      throw problemOf(path, 'has no default export');
    }
    return { path, config, lineOf: () => null };
  } catch (error) {
    throw error instanceof VmcorekitError
      ? error
      : problemOf(
          path,
          `fails: ${firstLine(error instanceof Error ? error.message : String(error))}`,
          error,
        );
  }
}

function problemOf(path: string, because: string, cause?: unknown): VmcorekitError {
  return new VmcorekitError('bad-config', { file: path, line: null, key: '', because }, { cause });
}
