import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ExplorerOf } from './explorer.ts';
import { longestInBytes } from './readable-file.ts';

/** Where a configuration may be in a folder, in the order they are asked. Nothing that runs. */
const places = ['package.json', '.vmcorekitrc', 'vmcorekit.config.json', 'vmcorekit.config.yaml'];

/**
 * The files of a folder that hold a configuration, as text, unread by anything that could obey
 * them.
 */
export async function findInFolder(folder: string): Promise<readonly string[]> {
  const there = places.filter(
    (place) => isPlainFile(join(folder, place)) && mayConfigure(join(folder, place)),
  );
  if (there.length === 0) {
    return [];
  }
  // Loaded here, for most folders hold none and need not wait for it.
  const { explorerOf } = await import('./explorer.ts');
  return (await Promise.all(there.map((place) => holds(explorerOf, folder, place)))).flat();
}

/** The folder, and every one above it. */
export function* upwardFrom(folder: string): Generator<string, void, void> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) {
      return;
    }
  }
}

/** Whether a file is `package.json`, whose configuration is under a key. */
export function isPackageManifest(path: string): boolean {
  return basename(path) === 'package.json';
}

async function holds(explorerOf: ExplorerOf, folder: string, place: string): Promise<string[]> {
  const result = await explorerOf(place).search(folder);
  return result === null ? [] : [result.filepath];
}

/**
 * Most manifests say nothing of vmcorekit, and need no parser to see it. A key spelled with escapes
 * is none.
 */
function mayConfigure(path: string): boolean {
  return !isPackageManifest(path) || readFileSync(path, 'utf8').includes('"vmcorekit"');
}

/** A pipe would hang whoever reads it, and a device never end. */
function isPlainFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= longestInBytes;
}
