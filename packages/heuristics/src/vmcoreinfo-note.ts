import {
  type CandidateFinding,
  type Dump,
  type Heuristic,
  hex,
  type Place,
  printable,
  VMCOREINFO_NOTE_NAME,
  type VmcoreInfo,
} from '@vmcorekit/core';
import { vmcoreInfoClaim } from '@vmcorekit/linux';

/**
 * What the file's own VMCOREINFO says. A kernel wrote it, but it may be another kernel's (the
 * crashed one's, where the capture kernel runs), and a guest can write anything. So it is a claim
 * like any other, which witnesses must judge.
 */
export const vmcoreInfoNote: Heuristic = {
  name: 'vmcoreinfo-note',
  summary: "reads phys_base and the KASLR offset from the file's VMCOREINFO note",
  needs: ['vmcoreinfo-note', 'kernel-layout'],
  cost: 'header',
  yields: [
    'imageOffset',
    'physBase',
    'linearMapOffset',
    'kaslrOffset',
    'root',
    'release',
    'buildId',
  ],
  looksAt: 'the VMCOREINFO note of the file',
  architectures: 'any',
  options: {},
  *run({ dump }) {
    const info = dump.vmcoreinfo;
    const claim = info === null ? {} : vmcoreInfoClaim(info, dump);
    if (info === null || Object.keys(claim).length === 0) {
      return;
    }
    yield {
      kind: 'candidate',
      evidence: 'vmcoreinfo',
      strength: 'strong',
      claim,
      because: `the file's VMCOREINFO says ${spokenVmcoreInfo(info)}`,
      at: placesIn(dump),
      namedByFile: true,
      ...roleOf(info, dump),
    };
  },
};

/** A kernel that gives its memory away is the one that runs. */
function roleOf({ crashTime }: VmcoreInfo, { image }: Dump): Pick<CandidateFinding, 'role'> {
  return crashTime !== undefined
    ? { role: 'crashed' }
    : image.facts?.takenWhileRunning !== undefined
      ? { role: 'running' }
      : {};
}

/** The lines that matter here, as a phrase. */
export function spokenVmcoreInfo(info: VmcoreInfo): string {
  const offset = info.bigNumber('kimage_voffset');
  const place = offset === undefined ? 'no phys_base' : `kimage_voffset ${hex(offset)}`;
  return [
    info.physBase === undefined ? place : `phys_base ${hex(info.physBase)}`,
    info.kernelOffset === undefined ? 'no KERNELOFFSET' : `KERNELOFFSET ${hex(info.kernelOffset)}`,
    `release ${printable(info.release?.slice(0, 64) ?? 'unknown')}`,
  ].join(', ');
}

function placesIn({ image }: Dump): Place[] {
  const note = image.notes.find((candidate) => candidate.name === VMCOREINFO_NOTE_NAME);
  const pointedTo = image.facts?.vmcoreinfoAt;
  return note !== undefined
    ? [{ fileOffset: note.fileOffset, note: VMCOREINFO_NOTE_NAME }]
    : pointedTo === undefined
      ? []
      : [pointedTo];
}
