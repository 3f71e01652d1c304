import {
  type CandidateFinding,
  type Dump,
  type Finding,
  type HeuristicContext,
  hex,
  type KernelClaim,
  type Progress,
  plural,
  VmcoreInfo,
} from '@vmcorekit/core';
import { kernelImageThrough, scanForVmcoreInfo, vmcoreInfoClaim } from '@vmcorekit/linux';
import { spokenVmcoreInfo } from '../vmcoreinfo-note.ts';

/** The number of reported notes that nothing in memory confirms. */
const maxDoubtful = 16;
/**
 * With more notes than this, no pointer to one counts: the kernel's own may be among those not
 * kept.
 */
const maxKept = 4096;

/** What the notes in memory say. */
export interface ScannedNotes {
  readonly findings: readonly Finding[];
  /** The places of all notes found; none where there are too many to keep. */
  readonly places: readonly number[];
}

/** Every note in memory, at any place; searched once. */
export function scannedNotesIn({
  dump,
  memo,
}: Pick<HeuristicContext, 'dump' | 'memo'>): Generator<Progress, ScannedNotes, void> {
  return memo('vmcoreinfo-notes', () => search(dump));
}

function* search(dump: Dump): Generator<Progress, ScannedNotes, void> {
  const findings: Finding[] = [];
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
    findings.push({
      ...finding(claim, isBorneOut ? 'weak' : 'hint'),
      because: `a note at ${hex(step.address)} says ${spokenVmcoreInfo(info)}${isBorneOut ? '' : '; no page tables of its own confirm it'}`,
      at: [{ physicalAddress: step.address }],
    });
  }
  if (doubtful > maxDoubtful) {
    findings.push({
      kind: 'remark',
      because: `${plural(doubtful - maxDoubtful, 'more note')} that no page tables confirm`,
      at: [],
    });
  }
  return { findings, places: found > maxKept ? [] : kept };
}

/** Whether the root table that a note names maps an image at the note's own phys_base. */
function mapsWhereItSays(dump: Dump, { imageOffset, root }: KernelClaim): boolean {
  return root !== undefined && kernelImageThrough(dump, root)?.imageOffset === imageOffset;
}

/** Equal for notes with the same claims. */
function keyOf({ imageOffset, kaslrOffset, root, release, buildId }: KernelClaim): string {
  return JSON.stringify([String(imageOffset), kaslrOffset, root?.key, release, buildId]);
}

/** A finding of what a note claims. */
export function finding(
  claim: KernelClaim,
  strength: CandidateFinding['strength'],
): Pick<CandidateFinding, 'kind' | 'evidence' | 'strength' | 'claim'> {
  return { kind: 'candidate', evidence: 'vmcoreinfo', strength, claim };
}
