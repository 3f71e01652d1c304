import {
  type CandidateFinding,
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelClaim,
  type Progress,
  VmcoreInfo,
} from '@vmcorekit/core';
import { kernelImageThrough, ownVmcoreInfo, scanForVmcoreInfo, vmcoreInfoClaim } from '@vmcorekit/linux';
import { knownViews } from './kernel-views.ts';
import { spokenVmcoreInfo } from './vmcoreinfo-note.ts';

/** Notes that nothing in memory bears out are told up to this many. */
const maxDoubtful = 16;

/**
 * The VMCOREINFO note that every running kernel keeps in its memory. First the kernel's own pointer to it, where page tables are known: a
 * few hundred pages. Then all of memory. What a scan finds may be a cached file's or a hostile guest's, so it is weak whatever it says;
 * the witnesses find the kernel's own by its pointer.
 */
export const vmcoreInfoCarve: Heuristic = {
  name: 'vmcoreinfo-carve',
  summary: 'finds the VMCOREINFO that the kernel keeps in memory, by its own pointer or by a search',
  needs: ['kernel-layout'],
  cost: 'scan',
  yields: ['physBase', 'kaslrOffset', 'pageTableRoot', 'pagingLevels', 'release', 'buildId'],
  looksAt: 'where the pointer vmcoreinfo_note leads; every stored page',
  architectures: ['x86_64'],
  options: {},
  *run(context) {
    yield* byPointer(context);
    yield* byScan(context);
  },
};

function* byPointer(context: HeuristicContext): Generator<Finding | Progress, void, void> {
  const { dump } = context;
  for (const { image, space, reachedByCpu } of knownViews(context)) {
    const symbols = yield* context.symbolsOf({ root: image.root, space, runs: image.runs });
    const note = symbols === undefined ? undefined : ownVmcoreInfo(space, symbols, dump.image.memory.byteOrder);
    if (note !== undefined) {
      const info = new VmcoreInfo(note.text);
      yield {
        ...finding(vmcoreInfoClaim(info, dump.architecture?.kernelLayout), 'strong'),
        because: `the kernel's pointer vmcoreinfo_note leads to ${hex(note.address)}, which says ${spokenVmcoreInfo(info)}`,
        at: [{ virtualAddress: note.address }],
        ...(reachedByCpu && info.physBase === image.physBase ? { reachedByCpu } : {}),
      };
    }
  }
}

function* byScan({ dump }: HeuristicContext): Generator<Finding | Progress, void, void> {
  const seen = new Set<string>();
  let doubtful = 0;
  for (const step of scanForVmcoreInfo(dump)) {
    if ('kind' in step) {
      yield step;
      continue;
    }
    const info = new VmcoreInfo(step.text);
    const claim = vmcoreInfoClaim(info, dump.architecture?.kernelLayout);
    const isBorneOut = mapsWhereItSays(dump, claim);
    const key = JSON.stringify(claim);
    if (seen.has(key) || (!isBorneOut && ++doubtful > maxDoubtful)) {
      continue;
    }
    seen.add(key);
    yield {
      ...finding(claim, isBorneOut ? 'weak' : 'hint'),
      because: `a note at ${hex(step.address)} says ${spokenVmcoreInfo(info)}${isBorneOut ? '' : '; no page tables of its own bear it out'}`,
      at: [{ physicalAddress: step.address }],
    };
  }
  if (doubtful > maxDoubtful) {
    yield { kind: 'remark', because: `${doubtful - maxDoubtful} more notes that no page tables bear out`, at: [] };
  }
}

/** Whether the root table that a note names maps an image at the phys_base that it names. */
function mapsWhereItSays(dump: Dump, { physBase, pageTableRoot, pagingLevels }: KernelClaim): boolean {
  return (
    pageTableRoot !== undefined &&
    pagingLevels !== undefined &&
    kernelImageThrough(dump, { pageTableRoot, levels: pagingLevels })?.physBase === physBase
  );
}

function finding(
  claim: KernelClaim,
  strength: CandidateFinding['strength'],
): Pick<CandidateFinding, 'kind' | 'evidence' | 'strength' | 'claim'> {
  return { kind: 'candidate', evidence: 'vmcoreinfo', strength, claim };
}
