import {
  type CandidateFinding,
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelClaim,
  type Progress,
  plural,
  VmcoreInfo,
} from '@vmcorekit/core';
import {
  kernelImageThrough,
  ownVmcoreInfo,
  scanForVmcoreInfo,
  vmcoreInfoClaim,
} from '@vmcorekit/linux';
import { knownImages } from './known-images.ts';
import { byData } from './vmcoreinfo-carve/by-data.ts';
import { spokenVmcoreInfo } from './vmcoreinfo-note.ts';

/** The number of reported notes that nothing in memory confirms. */
const maxDoubtful = 16;
/**
 * With more notes than this, no pointer to one counts: the kernel's own may be among those not
 * kept.
 */
const maxKept = 4096;

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
    yield* byData(context, yield* byScan(context));
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

/** Returns the places of all notes found; none where there are too many to keep. */
function* byScan({
  dump,
}: HeuristicContext): Generator<Finding | Progress, readonly number[], void> {
  const kept: number[] = [];
  let found = 0;
  const seen = new Set<string>();
  let doubtful = 0;
  for (const step of scanForVmcoreInfo(dump)) {
    if ('kind' in step) {
      yield step;
      continue;
    }
    if (++found <= maxKept) {
      kept.push(step.address);
    }
    const info = new VmcoreInfo(step.text);
    const claim = vmcoreInfoClaim(info, dump);
    const isBorneOut = mapsWhereItSays(dump, claim);
    const key = keyOf(claim);
    if (seen.has(key) || (!isBorneOut && ++doubtful > maxDoubtful)) {
      continue;
    }
    seen.add(key);
    yield {
      ...finding(claim, isBorneOut ? 'weak' : 'hint'),
      because: `a note at ${hex(step.address)} says ${spokenVmcoreInfo(info)}${isBorneOut ? '' : '; no page tables of its own confirm it'}`,
      at: [{ physicalAddress: step.address }],
    };
  }
  if (doubtful > maxDoubtful) {
    yield {
      kind: 'remark',
      because: `${plural(doubtful - maxDoubtful, 'more note')} that no page tables confirm`,
      at: [],
    };
  }
  return found > maxKept ? [] : kept;
}

/** Whether the root table that a note names maps an image at the note's own phys_base. */
function mapsWhereItSays(dump: Dump, { imageOffset, root }: KernelClaim): boolean {
  return root !== undefined && kernelImageThrough(dump, root)?.imageOffset === imageOffset;
}

/** Equal for notes with the same claims. */
function keyOf({ imageOffset, kaslrOffset, root, release, buildId }: KernelClaim): string {
  return JSON.stringify([String(imageOffset), kaslrOffset, root?.key, release, buildId]);
}

function finding(
  claim: KernelClaim,
  strength: CandidateFinding['strength'],
): Pick<CandidateFinding, 'kind' | 'evidence' | 'strength' | 'claim'> {
  return { kind: 'candidate', evidence: 'vmcoreinfo', strength, claim };
}
