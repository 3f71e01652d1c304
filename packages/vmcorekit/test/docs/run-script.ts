import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { insideFolder } from './inside-folder.ts';

/** Runs a module in its folder, and returns what it logs to standard output. */
export async function runScript(folder: string, name: string): Promise<string> {
  const { log, error } = console;
  const lines: string[] = [];
  console.log = (...values: readonly unknown[]) => lines.push(format(...values));
  console.error = () => undefined;
  try {
    await insideFolder(folder, () => import(pathToFileURL(join(folder, name)).href));
  } finally {
    Object.assign(console, { log, error });
  }
  return lines.join('\n');
}
