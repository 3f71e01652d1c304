import {
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type Progress,
  VmcoreInfo,
} from '@vmcorekit/core';
import { ownVmcoreInfo, vmcoreInfoClaim } from '@vmcorekit/linux';
import { knownImages } from './known-images.ts';
import { sideBySide } from './scans/side-by-side.ts';
import { finding, scannedNotesIn } from './scans/vmcoreinfo-notes.ts';
import { byData } from './vmcoreinfo-carve/by-data.ts';
import { spokenVmcoreInfo } from './vmcoreinfo-note.ts';

/**
 * The VMCOREINFO note that every running kernel keeps in its memory. Where page tables are known,
 * it follows the kernel's own pointer first: a few hundred pages. Then it searches all memory. A
 * scan may find a cached file's note or a hostile guest's. So its findings are weak, unless a
 * kernel's own data point to them. The witnesses find the kernel's own note by the symbol of that
 * pointer.
 */
export const vmcoreInfoCarve: Heuristic = {
  name: 'vmcoreinfo-carve',
  summary:
    'finds the VMCOREINFO that the kernel keeps in memory, by its own pointer or by a search',
  needs: ['kernel-layout'],
  cost: 'scan',
  yields: [
    'imageOffset',
    'physBase',
    'linearMapOffset',
    'kaslrOffset',
    'root',
    'release',
    'buildId',
  ],
  looksAt:
    "where the pointer vmcoreinfo_note leads; every stored page; a kernel's data, for a pointer to what was found",
  architectures: 'any',
  options: {},
  *run(context) {
    yield* byPointer(context);
    const { findings, places } = yield* sideBySide(context, scannedNotesIn(context));
    yield* findings;
    yield* byData(context, places);
  },
};

function* byPointer(context: HeuristicContext): Generator<Finding | Progress, void, void> {
  const { dump } = context;
  for (const { image, reachedByCpu } of knownImages(context)) {
    const kernel = yield* context.kernelThrough(image.root, image.runs);
    const note = ownVmcoreInfo(kernel);
    if (note !== undefined) {
      const info = new VmcoreInfo(note.text);
      const claim = vmcoreInfoClaim(info, dump);
      yield {
        ...finding(claim, 'strong'),
        because: `the kernel's pointer vmcoreinfo_note leads to ${hex(note.address)}, which says ${spokenVmcoreInfo(info)}`,
        at: [{ virtualAddress: note.address }],
        ...(reachedByCpu && claim.imageOffset === image.imageOffset ? { reachedByCpu } : {}),
      };
    }
  }
}
