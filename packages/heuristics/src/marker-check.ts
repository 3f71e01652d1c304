import { type Dump, type Finding, type Heuristic, hex, type OriginFinding } from '@vmcorekit/core';
import { kdumpSigns } from './origin/kdump-signs.ts';
import { headerPhysBase, misreadPhysBase } from './origin/misread-phys-base.ts';
import { qemuSigns } from './origin/qemu-signs.ts';
import { fieldPlaces } from './origin/sign.ts';

/** What it takes to say that QEMU wrote a file; as much as the weigher asks for a name. */
const enoughForQemu = 50;

/** Who captured the memory and who wrote the file, by the habits of each; all signs are told, no single one decides. */
export const markerCheck: Heuristic = {
  name: 'marker-check',
  summary: 'tells who captured the memory and who wrote the file, by the marks they leave',
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

/** Whether the file itself bears QEMU's signs. */
export function isWrittenByQemu(dump: Dump): boolean {
  return qemuScore(originsSeen(dump)) >= enoughForQemu;
}

function* originFindings(dump: Dump): Generator<Finding, void, void> {
  const seen = originsSeen(dump);
  yield* seen;
  if (qemuScore(seen) >= enoughForQemu) {
    yield {
      kind: 'origin',
      axis: 'capturedBy',
      who: 'qemu',
      score: enoughForQemu,
      because: 'QEMU writes only memory that it captured itself',
      at: [],
    };
  }
}

function originsSeen(dump: Dump): OriginFinding[] {
  return [...qemuSigns, ...kdumpSigns].flatMap((sign) => {
    const seen = sign.see(dump);
    return seen === undefined ? [] : [{ kind: 'origin', axis: sign.axis, who: sign.who, score: sign.score, ...seen }];
  });
}

function qemuScore(findings: readonly OriginFinding[]): number {
  return findings
    .filter((finding) => finding.axis === 'writtenBy' && finding.who === 'qemu')
    .reduce((sum, finding) => sum + finding.score, 0);
}

function* headerFindings(dump: Dump): Generator<Finding, void, void> {
  const at = fieldPlaces(dump, 'phys_base');
  if (headerPhysBase(dump) === -1n) {
    yield { kind: 'remark', because: 'the header says that phys_base is not known (the marker ~0)', at };
  }
  const misread = misreadPhysBase(dump);
  const physBase = dump.vmcoreinfo?.physBase;
  if (misread === undefined || physBase === undefined) {
    return;
  }
  yield {
    kind: 'contradiction',
    claim: { physBase: Number(misread.header) },
    because: `the header's phys_base ${hex(misread.header)} is QEMU's misreading of NUMBER(phys_base)=${misread.digits}, which is ${hex(physBase)}`,
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
