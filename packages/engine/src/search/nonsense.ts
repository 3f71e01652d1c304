import type { EvidenceKind, Finding, KernelRole, Strength, Testimony } from '@vmcorekit/core';
import { claimFields } from './claim-fields.ts';

const kinds: readonly Finding['kind'][] = ['candidate', 'origin', 'contradiction', 'remark'];
const evidences: readonly EvidenceKind[] = ['told', 'paging', 'vmcoreinfo', 'symbols', 'header'];
const strengths: readonly Strength[] = ['proof', 'strong', 'weak', 'hint'];
const roles: readonly KernelRole[] = ['running', 'crashed', 'capture', 'stale', 'unknown'];
const axes = ['capturedBy', 'writtenBy'] as const;

/** How a plug-in's author is informed of what `plainCopy` refuses. */
export const notPlain = 'what is no plain data';

/**
 * A plug-in's yielded value as plain, frozen data; undefined where it is not plain data: a throwing
 * getter, a function.
 */
export function plainCopy<Value>(yielded: Value): Value | undefined {
  try {
    return structuredClone(yielded);
  } catch {
    return undefined;
  }
}

/**
 * Checks a finding, because a plug-in may yield anything. Nonsense is described, and counted
 * against the plug-in.
 */
export function nonsenseIn(finding: Finding): string | undefined {
  if (!kinds.includes(finding.kind)) {
    return `a finding of kind '${finding.kind}'`;
  }
  const unsaid = unsaidIn(finding);
  if (unsaid !== undefined) {
    return `a finding ${unsaid}`;
  }
  switch (finding.kind) {
    case 'remark':
      return undefined;
    case 'origin':
      return Number.isFinite(finding.score) &&
        typeof finding.who === 'string' &&
        axes.includes(finding.axis)
        ? undefined
        : 'an origin without axis, who and score';
    case 'contradiction':
      return nonsenseInClaim(finding.claim);
    case 'candidate':
      return (
        nonsenseInWeight(finding) ??
        nonsenseInAssumptions(finding.assumes) ??
        nonsenseInClaim(finding.claim)
      );
  }
}

/** The same check for a witness's testimony. */
export function nonsenseInTestimony(testimony: Testimony): string | undefined {
  const { stance, captureReserve, symbolFile, claim } = testimony;
  if (stance !== 'for' && stance !== 'against') {
    return `a testimony whose stance is ${String(stance)}`;
  }
  const unsaid = unsaidIn(testimony);
  if (unsaid !== undefined) {
    return `a testimony ${unsaid}`;
  }
  if (captureReserve !== undefined && !(captureReserve.start < captureReserve.end)) {
    return 'a testimony of a reserve without start and end';
  }
  if (symbolFile !== undefined && typeof symbolFile.from !== 'string') {
    return 'a testimony of a symbol file without a name';
  }
  return nonsenseInWeight(testimony) ?? nonsenseInClaim(claim);
}

/** The invalid part of a claim about a kernel, or undefined. */
export function nonsenseInClaim(claim: unknown): string | undefined {
  if (typeof claim !== 'object' || claim === null) {
    return 'a finding without a claim';
  }
  for (const [field, value] of Object.entries(claim)) {
    const isValid = claimFields[field as keyof typeof claimFields];
    if (isValid === undefined || (value !== undefined && !isValid(value))) {
      return `a claim with ${field} ${String(value)}`;
    }
  }
  return undefined;
}

function unsaidIn({ because, at }: Pick<Finding, 'because' | 'at'>): string | undefined {
  if (typeof because !== 'string') {
    return 'without because, which is a sentence';
  }
  const hasPlaces =
    Array.isArray(at) && at.every((place) => typeof place === 'object' && place !== null);
  return hasPlaces ? undefined : 'without at, which is a list of places ([] for none)';
}

function nonsenseInWeight({
  evidence,
  strength,
  role,
}: Pick<Testimony, 'evidence' | 'strength' | 'role'>): string | undefined {
  if (!evidences.includes(evidence)) {
    return `evidence of the kind ${evidence}`;
  }
  if (!strengths.includes(strength)) {
    return `evidence of the strength ${strength}`;
  }
  return role === undefined || roles.includes(role) ? undefined : `the role ${role}`;
}

function nonsenseInAssumptions(assumes: object | undefined): string | undefined {
  const isSound =
    assumes === undefined ||
    (assumes !== null && Object.values(assumes).every((each) => typeof each === 'string'));
  return isSound ? undefined : 'assumptions without a text';
}
