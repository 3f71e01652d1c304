import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { insideFolder } from './inside-folder.ts';

/** Runs a module in its folder, and returns what it logs. */
export async function runScript(folder: string, name: string): Promise<string> {
  const { log } = console;
  const lines: string[] = [];
  console.log = (...values: readonly unknown[]) => lines.push(format(...values));
  try {
    await insideFolder(folder, () => import(pathToFileURL(join(folder, name)).href));
  } finally {
    console.log = log;
  }
  return lines.join('\n');
}
