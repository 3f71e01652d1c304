import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ExplorerOf } from './explorer.ts';
import { longestInBytes } from './readable-file.ts';

/** Where a folder may hold a configuration, in the order tried. Never a file that is run. */
const places = ['package.json', '.vmcorekitrc', 'vmcorekit.config.json', 'vmcorekit.config.yaml'];

/**
 * The files of a folder that hold a configuration, as unparsed text, so that nothing in them can be
 * obeyed.
 */
export async function findInFolder(folder: string): Promise<readonly string[]> {
  const there = places.filter(
    (place) => isPlainFile(join(folder, place)) && mayConfigure(join(folder, place)),
  );
  if (there.length === 0) {
    return [];
  }
  // Loaded here, because most folders hold none and need not wait for it.
  const { explorerOf } = await import('./explorer.ts');
  return (await Promise.all(there.map((place) => holds(explorerOf, folder, place)))).flat();
}

/** The folder, and every folder above it. */
export function* upwardFrom(folder: string): Generator<string, void, void> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) {
      return;
    }
  }
}

/** Whether a file is `package.json`, where the configuration is under a key. */
export function isPackageManifest(path: string): boolean {
  return basename(path) === 'package.json';
}

async function holds(explorerOf: ExplorerOf, folder: string, place: string): Promise<string[]> {
  const result = await explorerOf(place).search(folder);
  return result === null ? [] : [result.filepath];
}

/**
 * Most manifests do not mention vmcorekit, and need no parser to see that. A key spelled with
 * escapes does not count.
 */
function mayConfigure(path: string): boolean {
  return !isPackageManifest(path) || readFileSync(path, 'utf8').includes('"vmcorekit"');
}

/** A pipe would hang its reader, and a device never end. */
function isPlainFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= longestInBytes;
}
