import type { Dump, Kernel, LocatedKernel, Progress } from '@vmcorekit/core';
import { type OpenKernelOptions, openKernel } from '@vmcorekit/linux';
import { ImageWindows } from '../search/image-windows.ts';
import { namedMachine } from '../search/named-machine.ts';
import type { KernelViews } from './kernel-views.ts';
import { knownPlace } from './known-place.ts';

/**
 * Opens a located kernel through the root that the verdict names. Where it names none, because the
 * dump lacks tables of the image, the kernel's known place stands for them. Returns null where that
 * is not known either, or the root maps no image there.
 */
export function* openLocated(
  dump: Dump,
  located: LocatedKernel,
  views: KernelViews,
  options: OpenKernelOptions = {},
): Generator<Progress, Kernel | null, void> {
  const { root, byteOrder } = located;
  if (root === null) {
    return yield* openPlaced(dump, located, views, options);
  }
  const runs = new ImageWindows(namedMachine(dump)).runsOf(root, located);
  return runs.some((run) => run.isExecutable)
    ? openKernel(yield* views.through(root, runs, { byteOrder }), located, options)
    : null;
}

function* openPlaced(
  dump: Dump,
  located: LocatedKernel,
  views: KernelViews,
  options: OpenKernelOptions,
): Generator<Progress, Kernel | null, void> {
  const place = knownPlace(dump, located);
  if (place === undefined) {
    return null;
  }
  const { root, runs, dump: placed } = place;
  const { byteOrder } = located;
  const image = runs.filter((run) => run.isExecutable);
  const view = yield* views.of(placed).through(root, image, { byteOrder });
  return openKernel(view, located, options);
}
