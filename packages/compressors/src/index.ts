import { definePlugin, type Plugin } from '@vmcorekit/core';
import { lzoVmcorekit } from './lzo-vmcorekit.ts';
import { lzoWasm } from './lzo-wasm.ts';
import { snappySnappyjs } from './snappy-snappyjs.ts';
import { snappyWasm } from './snappy-wasm.ts';
import { zlibNode } from './zlib-node.ts';
import { zlibNodeWasm } from './zlib-node-wasm.ts';
import { zlibPako } from './zlib-pako.ts';
import { zlibWasm } from './zlib-wasm.ts';
import { zstdHpcc } from './zstd-hpcc.ts';
import { zstdWasm } from './zstd-wasm.ts';

export { lzoVmcorekit } from './lzo-vmcorekit.ts';
export { createLzoWasm, lzoWasm } from './lzo-wasm.ts';
export { snappySnappyjs } from './snappy-snappyjs.ts';
export { snappyWasm } from './snappy-wasm.ts';
export { type BlockCodecs, blockCodecs } from './streams/block-codecs.ts';
export { Bzip2Blocks, bzip2PackedInBytes } from './streams/bzip2-blocks.ts';
export {
  deflateWindowInBytes,
  type InflatePlace,
  Inflater,
  type InflateStatus,
  type ReadPacked,
} from './streams/inflater.ts';
export { Lzma2Chunks, type Lzma2Reset, type XzCheck } from './streams/lzma2-chunks.ts';
export { ZstdBlocks, zstdBlockInBytes } from './streams/zstd-blocks.ts';
export { zlibNode } from './zlib-node.ts';
export { zlibNodeWasm } from './zlib-node-wasm.ts';
export { zlibPako } from './zlib-pako.ts';
export { zlibWasm } from './zlib-wasm.ts';
export { zstdHpcc } from './zstd-hpcc.ts';
export { zstdWasm } from './zstd-wasm.ts';

/** All codecs of this package; for each method, the preferred one first. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/compressors',
  compressors: [
    zlibNodeWasm,
    zlibWasm,
    zlibNode,
    zlibPako,
    lzoVmcorekit,
    lzoWasm,
    snappyWasm,
    snappySnappyjs,
    zstdWasm,
    zstdHpcc,
  ],
});
