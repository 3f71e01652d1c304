import { definePlugin, type Plugin } from '@vmcorekit/core';
import { DiskdumpFormat } from './diskdump-format.ts';
import { romFilter } from './filters/rom-filter.ts';
import { zeroFilter } from './filters/zero-filter.ts';
import { flattenedContainer } from './flattened/flattened-container.ts';
import { KdumpFormat } from './kdump-format.ts';

/** The contributions of this package. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/format-kdump',
  formats: [new KdumpFormat(), new DiskdumpFormat()],
  containers: [flattenedContainer],
  pageFilters: [zeroFilter, romFilter],
});
