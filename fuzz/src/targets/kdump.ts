import { plugin as architecturePlugin } from '@vmcorekit/architectures';
import { plugin as compressorPlugin } from '@vmcorekit/compressors';
import { BufferSource } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { KdumpFormat } from '@vmcorekit/format-kdump';
import { headOf, openContext, openFormat } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import { kdumpSeeds } from '../kdump-seeds.ts';
import type { FuzzTarget } from '../target.ts';

const format = new KdumpFormat();
const { architectures, compressors } = createToolkit([architecturePlugin, compressorPlugin]);
const context = openContext({ architectures, compressors });

export const kdump: FuzzTarget = {
  name: 'kdump',
  summary: 'a KDUMP file',
  seeds: kdumpSeeds,
  async run(bytes) {
    const source = new BufferSource(bytes, 'fuzz');
    format.probe(headOf(bytes));
    format.splitSetOf(source);
    using image = await openFormat(format, [source], context);
    return exploreImage(image);
  },
};
