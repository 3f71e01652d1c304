import {
  type Dump,
  type Finding,
  type Heuristic,
  hex,
  hintOf,
  type OriginFinding,
} from '@vmcorekit/core';
import { kdumpSigns, rewriterSigns } from './origin/kdump-signs.ts';
import { misreadPhysBase } from './origin/misread-phys-base.ts';
import { cloudHypervisorSigns, qemuSigns, signsAgainstQemu } from './origin/qemu-signs.ts';
import type { Sign } from './origin/sign.ts';

/** The score it takes to name the writer of a file: as much as the weigher requires. */
const enough = 50;

/** Writers that only write memory they captured themselves. */
const capturers = { qemu: 'QEMU', 'cloud-hypervisor': 'Cloud Hypervisor' } as const;

/**
 * Names the capturer of the memory and the writer of the file by their habits. The format saw some
 * in its headers; others stand in notes, CPUs and VMCOREINFO. Reports all signs, because no single
 * one decides.
 */
export const markerCheck: Heuristic = {
  name: 'marker-check',
  summary: 'names the capturer of the memory and the writer of the file, by the marks they leave',
  needs: [],
  cost: 'header',
  yields: ['origin', 'physBase'],
  looksAt: 'header fields, notes and the VMCOREINFO of the file',
  architectures: 'any',
  options: {},
  *run({ dump }) {
    yield* originFindings(dump);
    yield* headerFindings(dump);
  },
};

/** Whether the file itself carries QEMU's signs. */
export function isWrittenByQemu(dump: Dump): boolean {
  return writerScore(originsSeen(dump), 'qemu') >= enough;
}

function* originFindings(dump: Dump): Generator<Finding, void, void> {
  const seen = originsSeen(dump);
  yield* seen;
  for (const [who, name] of Object.entries(capturers)) {
    if (writerScore(seen, who) >= enough) {
      yield {
        kind: 'origin',
        axis: 'capturedBy',
        who,
        score: enough,
        because: `${name} writes only memory that it captured itself`,
        at: [],
      };
    }
  }
}

function originsSeen(dump: Dump): OriginFinding[] {
  const own = [...(dump.containerOrigins ?? []), ...(dump.image.facts?.origins ?? [])].map(
    (sign): OriginFinding => ({ kind: 'origin', ...sign }),
  );
  return [
    ...seenIn(dump, qemuSigns),
    ...own.filter(({ who }) => who === 'qemu'),
    ...seenIn(dump, signsAgainstQemu),
    ...seenIn(dump, cloudHypervisorSigns),
    ...seenIn(dump, kdumpSigns),
    ...own.filter(({ who }) => who !== 'qemu'),
    ...seenIn(dump, rewriterSigns),
  ];
}

function seenIn(dump: Dump, signs: readonly Sign[]): OriginFinding[] {
  return signs.flatMap((sign) => {
    const seen = sign.see(dump);
    return seen === undefined
      ? []
      : [{ kind: 'origin', axis: sign.axis, who: sign.who, score: sign.score, ...seen }];
  });
}

function writerScore(findings: readonly OriginFinding[], who: string): number {
  return findings
    .filter((finding) => finding.axis === 'writtenBy' && finding.who === who)
    .reduce((sum, finding) => sum + finding.score, 0);
}

function* headerFindings(dump: Dump): Generator<Finding, void, void> {
  const moment = dump.image.facts?.takenWhileRunning;
  if (moment !== undefined) {
    yield {
      kind: 'remark',
      because: `${moment.because}: pages are of different moments`,
      at: moment.at,
    };
  }
  const hint = hintOf(dump.image.facts, 'physBase');
  if (hint?.isUnknownMarker === true) {
    yield {
      kind: 'remark',
      because: 'the header says that phys_base is not known (the marker ~0)',
      at: hint.at,
    };
  }
  const misread = misreadPhysBase(dump);
  const physBase = dump.vmcoreinfo?.physBase;
  if (misread === undefined || physBase === undefined) {
    return;
  }
  const { value, at } = misread.hint;
  yield {
    kind: 'contradiction',
    claim: { physBase: Number(value) },
    because: `the header's phys_base ${hex(value)} is QEMU's misreading of NUMBER(phys_base)=${misread.digits}, which is ${hex(physBase)}`,
    at,
  };
  yield {
    kind: 'candidate',
    evidence: 'vmcoreinfo',
    strength: 'strong',
    claim: { physBase },
    because: `NUMBER(phys_base)=${misread.digits} is what QEMU misread into the header`,
    at,
    namedByFile: true,
  };
}
