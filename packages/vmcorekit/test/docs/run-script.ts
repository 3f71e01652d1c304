import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { replaceEnvironment } from '../support/replace-environment.ts';
import { insideFolder } from './inside-folder.ts';

/**
 * Runs a module in its folder, as if Node were called with it and some arguments. Returns what it
 * logs to standard output. What it changes in the environment does not last.
 */
export async function runScript(
  folder: string,
  name: string,
  args: readonly string[] = [],
): Promise<string> {
  const { argv } = process;
  const { log, error } = console;
  const restoreEnvironment = replaceEnvironment(process.env);
  const lines: string[] = [];
  console.log = (...values: readonly unknown[]) => lines.push(format(...values));
  console.error = () => undefined;
  process.argv = [process.execPath, join(folder, name), ...args];
  try {
    await insideFolder(folder, () => import(pathToFileURL(join(folder, name)).href));
  } finally {
    Object.assign(console, { log, error });
    process.argv = argv;
    restoreEnvironment();
  }
  return lines.join('\n');
}
