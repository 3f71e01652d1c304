// Imports much: it is the list of all containers.
import { definePlugin, type Plugin } from '@vmcorekit/core';
import { sevenZip } from './7z.ts';
import { aff } from './aff.ts';
import { aff4 } from './aff4.ts';
import { apport } from './apport.ts';
import { bzip2 } from './bzip2.ts';
import { cpio } from './cpio.ts';
import { cutHead } from './cut-head.ts';
import { ewf, ewf2, ewfLogical } from './ewf.ts';
import { gzip } from './gzip.ts';
import { lz4 } from './lz4.ts';
import { lzop } from './lzop.ts';
import { rar } from './rar.ts';
import { tar } from './tar.ts';
import { xz } from './xz.ts';
import { zip } from './zip.ts';
import { zlib } from './zlib.ts';
import { zstd } from './zstd.ts';

export { type NamedContainer, namedContainer } from './named-container.ts';

/** Files that contain a whole dump. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/containers',
  containers: [
    gzip,
    zlib,
    xz,
    zstd,
    bzip2,
    lz4,
    lzop,
    ewf,
    ewf2,
    ewfLogical,
    // Before zip, which its files are too.
    aff4,
    aff,
    tar,
    zip,
    apport,
    sevenZip,
    rar,
    cpio,
    cutHead,
  ],
});
