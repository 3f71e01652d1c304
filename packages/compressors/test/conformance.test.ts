import { inflateSync } from 'node:zlib';
import { plugin } from '@vmcorekit/compressors';
import { describeCompressor } from '@vmcorekit/testing';
import { realPages } from './real-pages.ts';

describe('every codec that comes with vmcorekit, by the conformance kit', () => {
  for (const compressor of plugin.compressors ?? []) {
    describeCompressor(compressor, {
      samples: realPages.map((page, index) => ({
        title: `page ${index} of a firmware, as QEMU's own encoder stored it`,
        encoded: page[compressor.method as keyof typeof page],
        decoded: new Uint8Array(inflateSync(page.zlib)),
      })),
    });
  }
});
