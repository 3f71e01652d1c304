import type { Dump, Kernel, LocatedKernel, Progress } from '@vmcorekit/core';
import { type OpenKernelOptions, openKernel } from '@vmcorekit/linux';
import { ImageWindows } from '../search/image-windows.ts';
import { namedMachine } from '../search/named-machine.ts';
import type { KernelViews } from './kernel-views.ts';

/**
 * Opens a located kernel through the root that the verdict names. Returns null where it names none,
 * or that root maps no image there.
 */
export function* openLocated(
  dump: Dump,
  located: LocatedKernel,
  views: KernelViews,
  options: OpenKernelOptions = {},
): Generator<Progress, Kernel | null, void> {
  const { root, byteOrder } = located;
  const runs = root === null ? [] : new ImageWindows(namedMachine(dump)).runsOf(root, located);
  return root === null || !runs.some((run) => run.isExecutable)
    ? null
    : openKernel(yield* views.through(root, runs, { byteOrder }), located, options);
}
