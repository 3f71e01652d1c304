import { definePlugin, type Plugin } from '@vmcorekit/core';
import { bzip2 } from './bzip2.ts';
import { gzip } from './gzip.ts';
import { lz4 } from './lz4.ts';
import { xz } from './xz.ts';
import { zstd } from './zstd.ts';

export { type NamedContainer, namedContainer } from './named-container.ts';

/** Files that hold a dump as a whole. */
export const plugin: Plugin = definePlugin({ name: '@vmcorekit/containers', containers: [gzip, xz, zstd, bzip2, lz4] });
