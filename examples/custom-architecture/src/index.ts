import { definePlugin, type Plugin } from '@vmcorekit/core';
import { bannerWitness } from './banner-witness.ts';
import { imageScan } from './image-scan.ts';
import { toy64Layout } from './kernel-layout.ts';
import { toy64 } from './toy64.ts';

const plugin: Plugin = definePlugin({
  name: 'toy64',
  architectures: [toy64],
  kernelLayouts: [toy64Layout],
  heuristics: [imageScan],
  witnesses: [bannerWitness],
});

export default plugin;
