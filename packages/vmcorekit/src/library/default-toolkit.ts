import type { Plugin } from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { plugin as node, ScratchFile } from '@vmcorekit/node';
import { defaultPlugins as withoutNode } from '../default-plugins.ts';

/**
 * The plug-ins that come with vmcorekit, files of Node among them. Among claims of equal strength,
 * order is order of preference.
 */
export const defaultPlugins: readonly Plugin[] = [node, ...withoutNode];

/**
 * A toolkit of everything that comes with vmcorekit and of your own plug-ins, in the place that a
 * configuration would give them. Throws `name-clash` where names are not unique.
 */
export function createDefaultToolkit(own: readonly Plugin[] = []): Toolkit {
  return createToolkit([...defaultPlugins, ...own], { openScratch: async () => new ScratchFile() });
}
