import type { Dump, Plugin } from '@vmcorekit/core';
import { createToolkit, type IdentifiedSource, type OpenedFile, type Toolkit } from '@vmcorekit/engine';
import { ScratchFile } from '@vmcorekit/node';
import { defaultPlugins } from './default-plugins.ts';

export { defaultPlugins };

/**
 * A toolkit of everything that comes with vmcorekit, and of plug-ins of the caller's own, in the place that a configuration would give them.
 * Throws `name-clash` where names are not unique.
 */
export function createDefaultToolkit(own: readonly Plugin[] = []): Toolkit {
  return createToolkit([...defaultPlugins, ...own], { openScratch: async () => new ScratchFile() });
}

/**
 * Opens a dump with the default plug-ins: one file, or all parts of a split dump in any order; `FILE//ENTRY` names a file in a container.
 * Dispose it when done (`using`). Throws core's errors: `io`, `unknown-format`, `choose-entry`, `truncated`, `malformed`, `unsupported`.
 */
export async function openDump(...paths: readonly string[]): Promise<Dump> {
  const toolkit = createDefaultToolkit();
  const files: OpenedFile[] = [];
  const parts: IdentifiedSource[] = [];
  try {
    for (const path of paths) {
      files.push(await toolkit.openFile(path));
    }
    for (const { source, ...named } of files) {
      parts.push(await toolkit.identify(source, named));
    }
  } catch (error) {
    for (const each of [...files.map(({ source }) => source), ...parts]) {
      each[Symbol.dispose]();
    }
    throw error;
  }
  return toolkit.openIdentified(parts);
}
