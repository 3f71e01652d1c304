import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importModule } from '@vmcorekit/config/import-module';
import { firstLine, systemReason, VmcorekitError } from '@vmcorekit/core';
import type { ConfigFile, UncheckedFile } from './config-file.ts';
import { isPackageManifest } from './find-in-folder.ts';
import { parseConfig, withinKey } from './parse-config.ts';
import { typeScriptRefusal } from './typescript.ts';
import { validateConfig } from './validate.ts';

const codeExtensions = ['.js', '.mjs', '.cjs', '.ts', '.mts'];

/** Reads and checks one file. Code runs only where `mayRun`. Throws `bad-config`, or `io` where it cannot be read. */
export async function loadFile(path: string, mayRun: boolean): Promise<ConfigFile> {
  return validateConfig(codeExtensions.includes(extname(path)) ? await runFile(path, mayRun) : readDataFile(path));
}

function readDataFile(path: string): UncheckedFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new VmcorekitError(
      'bad-config',
      { file: path, line: null, key: '', because: `cannot be read: ${systemReason(error)}` },
      { cause: error },
    );
  }
  const file = parseConfig(path, text);
  return isPackageManifest(path) ? withinKey(file, 'vmcorekit') : file;
}

async function runFile(path: string, mayRun: boolean): Promise<UncheckedFile> {
  const problem = (because: string, cause?: unknown): VmcorekitError =>
    new VmcorekitError('bad-config', { file: path, line: null, key: '', because }, { cause });
  if (!mayRun) {
    throw problem('is code, which runs only when given by --config');
  }
  const refusal = typeScriptRefusal(path);
  if (refusal !== undefined) {
    throw problem(refusal);
  }
  try {
    const { default: config }: { readonly default?: unknown } = await importModule(pathToFileURL(path).href);
    if (config === undefined) {
      throw problem('has no default export');
    }
    return { path, config, lineOf: () => null };
  } catch (error) {
    throw error instanceof VmcorekitError
      ? error
      : problem(`fails: ${firstLine(error instanceof Error ? error.message : String(error))}`, error);
  }
}
