import { createHash, getHashes } from 'node:crypto';
import type { IndexCache, KernelCache, Plugin } from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { plugin as node, ScratchFile } from '@vmcorekit/node';
import { plugin as sourceHttp } from '@vmcorekit/source-http';
import { plugin as sourceS3 } from '@vmcorekit/source-s3';
import { defaultPlugins as withoutNode } from '../default-plugins.ts';

/**
 * The plug-ins that come with vmcorekit, including those that open files and addresses by Node. Of
 * equally strong claims, the first wins.
 */
export const defaultPlugins: readonly Plugin[] = [node, sourceHttp, sourceS3, ...withoutNode];

export interface DefaultToolkitOptions {
  /** Keeps kernels' types and symbols between runs. Left out, nothing is kept. */
  readonly kernelCache?: KernelCache | undefined;
  /** Keeps indexes of compressed files between runs. Left out, nothing is kept. */
  readonly indexCache?: IndexCache | undefined;
  /** How much may be fetched of dumps on servers. Left out, there is no limit. */
  readonly maxTransferInBytes?: number | undefined;
}

/**
 * A toolkit of everything that comes with vmcorekit and of your own plug-ins, in the same order as
 * with a configuration. Throws `name-clash` if names are not unique.
 */
export function createDefaultToolkit(
  own: readonly Plugin[] = [],
  { kernelCache, indexCache, maxTransferInBytes }: DefaultToolkitOptions = {},
): Toolkit {
  return createToolkit([...defaultPlugins, ...own], {
    openScratch: async () => new ScratchFile(),
    kernelCache,
    indexCache,
    maxTransferInBytes,
    hashNamed: (name) => (getHashes().includes(name) ? () => createHash(name) : undefined),
  });
}
