import { plugin as compressors } from '@vmcorekit/compressors';
import { BufferSource, type FormatContext } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { KdumpFormat } from '@vmcorekit/format-kdump';
import { exploreImage } from '../explore-image.ts';
import { kdumpSeeds } from '../kdump-seeds.ts';
import type { FuzzTarget } from '../target.ts';

const format = new KdumpFormat();
const context: FormatContext = { compressors: createToolkit([compressors]).compressors };

export const kdump: FuzzTarget = {
  name: 'kdump',
  summary: 'a KDUMP file',
  seeds: kdumpSeeds,
  async run(bytes) {
    const source = new BufferSource(bytes, 'fuzz');
    format.probe(bytes);
    format.splitSetOf(source);
    using image = await format.open([source], context);
    return exploreImage(image);
  },
};
