import { printable, type Witness } from '@vmcorekit/core';
import { bannerAt, releaseOf } from '@vmcorekit/linux';
import { imageHeaderOf, imageHeaderSizeInBytes } from './image-header.ts';

/** Reads the banner through the window, at the address in the image's own header. */
export const bannerWitness: Witness = {
  name: 'toy-banner',
  summary: 'reads the banner of a toy64 kernel through the window',
  architectures: ['toy64'],
  *testify(_context, { kernel }) {
    const [run] = kernel?.runs ?? [];
    const bytes =
      run === undefined
        ? undefined
        : kernel?.memory.tryRead(run.virtualAddress, imageHeaderSizeInBytes);
    const header =
      run === undefined || bytes === undefined
        ? undefined
        : imageHeaderOf(bytes, run.physicalAddress);
    const banner =
      header === undefined || kernel === null
        ? undefined
        : bannerAt(kernel.memory, header.bannerAddress);
    if (header === undefined || banner === undefined) {
      return;
    }
    const release = releaseOf(banner);
    yield {
      stance: 'for',
      evidence: 'symbols',
      strength: 'strong',
      isThroughPageTables: true,
      claim: { banner, ...(release === undefined ? {} : { release }) },
      because: `the banner that the image names reads '${printable(banner)}'`,
      at: [{ virtualAddress: header.bannerAddress }],
    };
  },
};
