import { dumpViews } from './dump-views.ts';
import { kernelViews } from './kernel-views.ts';
import { machineViews } from './machine-views.ts';
import { memoryViews } from './memory-views.ts';
import { moreViews } from './more-views.ts';
import type { View } from './view.ts';

/** All views, in the order of the navigation. */
export const views: readonly View[] = [
  ...kernelViews,
  ...machineViews,
  ...memoryViews,
  ...dumpViews,
  ...moreViews,
];
