import type { Dump, Plugin } from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { FileSource } from '@vmcorekit/node';
import { defaultPlugins } from './default-plugins.ts';

export { defaultPlugins };

/**
 * A toolkit of everything that comes with vmcorekit, and of plug-ins of the caller's own, in the place that a configuration would give them.
 * Throws `name-clash` where names are not unique.
 */
export function createDefaultToolkit(own: readonly Plugin[] = []): Toolkit {
  return createToolkit([...defaultPlugins, ...own]);
}

/**
 * Opens a dump with the default plug-ins: one file, or all parts of a split dump in any order. Dispose it when done (`using`). Throws
 * core's errors: `io`, `unknown-format`, `truncated`, `malformed`, `unsupported`.
 */
export async function openDump(...paths: readonly string[]): Promise<Dump> {
  return await createDefaultToolkit().open(openFiles(paths));
}

/** All or none: a file that cannot be opened closes those before it. */
function openFiles(paths: readonly string[]): FileSource[] {
  const sources: FileSource[] = [];
  try {
    for (const path of paths) {
      sources.push(new FileSource(path));
    }
    return sources;
  } catch (error) {
    for (const source of sources) {
      source[Symbol.dispose]();
    }
    throw error;
  }
}
