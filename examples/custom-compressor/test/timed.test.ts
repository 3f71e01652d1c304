import { fileURLToPath } from 'node:url';
import { plugin as compressors, zlibPako } from '@vmcorekit/compressors';
import { definePlugin, type Plugin } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin as kdump } from '@vmcorekit/format-kdump';
import { FileSource } from '@vmcorekit/node';
import { expect } from 'chai';
import { timed } from '../src/timed.ts';

const dump = fileURLToPath(
  new URL('../../../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url),
);

/** Reads some stored pages and returns them one after the other. */
async function somePages(plugins: readonly Plugin[]): Promise<Uint8Array> {
  const opened = await createToolkit(plugins).open(new FileSource(dump));
  try {
    const { memory } = opened.image;
    const pages: Uint8Array[] = [];
    for (const { start } of memory.storedRuns()) {
      pages.push(memory.read(start, memory.pageSizeInBytes));
    }
    return Buffer.concat(pages.slice(0, 50));
  } finally {
    opened[Symbol.dispose]();
  }
}

describe('the timed codec', () => {
  it('is preferred where it is registered first, and changes nothing', async () => {
    const { compressor, timing } = timed(zlibPako);
    const through = await somePages([
      definePlugin({ name: 'example-timed', compressors: [compressor] }),
      compressors,
      kdump,
    ]);
    expect(through).to.deep.equal(await somePages([compressors, kdump]));
    expect(timing.pages).to.be.above(10);
    expect(timing.milliseconds).to.be.above(0);
  });

  it('is the spare where it is registered last', async () => {
    const { compressor, timing } = timed(zlibPako);
    await somePages([
      compressors,
      kdump,
      definePlugin({ name: 'example-timed', compressors: [compressor] }),
    ]);
    expect(timing.pages).to.equal(0);
  });
});
