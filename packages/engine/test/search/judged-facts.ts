import type { EvidenceRow, KernelRole } from '@vmcorekit/core';
import type { JudgedCandidate } from '@vmcorekit/engine/testing';
import { wordsOf } from './truth-table.ts';

/** Where x86-64 has its images: an image offset is this minus the phys_base. */
export const windowStart = 0xffffffff80000000n;

const roles: readonly KernelRole[] = ['running', 'crashed', 'capture', 'stale', 'unknown'];

type Facts = { -readonly [Fact in keyof JudgedCandidate]: JudgedCandidate[Fact] };

/**
 * The facts of a candidate, as a table writes them: `witnessed reached said=stale at=15`. All that
 * no word says is false or empty. A witnessed candidate is certain unless a word says otherwise.
 */
export function factsIn(cell: string, physBase: number = 0): JudgedCandidate {
  const words = wordsOf(cell);
  const facts: Facts = {
    imageOffset: windowStart - BigInt(physBase),
    claim: {},
    root: null,
    pagingLevels: null,
    confidence: words.includes('witnessed') ? 'certain' : 'none',
    isWitnessed: false,
    isReachedByCpu: false,
    isRunByCpu: false,
    isNamedByFile: false,
    isMeant: false,
    isEvident: false,
    isInVmcoreInfo: false,
    saidRoles: [],
    areWitnessesCut: false,
    captureReserves: [],
    imagePhysicalAddress: null,
    captureSignAddress: null,
    isCaptureRuledOut: false,
    evidence: [],
    contradictions: [],
    dissent: [],
    symbolFiles: [],
  };
  for (const word of words) {
    say(facts, word);
  }
  return facts;
}

/** The candidates of a row's cells, each with its letter; empty cells left out. */
export function candidatesIn(
  cells: Readonly<Record<string, string>>,
): ReadonlyMap<string, JudgedCandidate> {
  return new Map(
    Object.entries(cells)
      .filter(([, cell]) => wordsOf(cell).length > 0)
      .map(([letter, cell], index) => [letter, factsIn(cell, (index + 1) * 0x1000000)]),
  );
}

/** A row of evidence that is known again by what it is `because` of. */
export function rowBecause(because: string): EvidenceRow {
  return {
    by: 'test',
    evidence: 'paging',
    strength: 'strong',
    claim: {},
    because,
    at: [],
    isWitness: false,
  };
}

/** A role by its name. */
export function roleIn(word: string): KernelRole {
  const role = roles.find((known) => known === word);
  if (role === undefined) {
    throw new Error(`no role: ${word}`);
  }
  return role;
}

function say(facts: Facts, word: string): void {
  const [name, value = ''] = word.split('=');
  switch (name) {
    case 'unwitnessed':
      return;
    case 'witnessed':
      facts.isWitnessed = true;
      return;
    case 'reached':
      facts.isReachedByCpu = true;
      return;
    case 'run':
      facts.isReachedByCpu = true;
      facts.isRunByCpu = true;
      return;
    case 'cut':
      facts.areWitnessesCut = true;
      return;
    case 'named':
      facts.isNamedByFile = true;
      return;
    case 'meant':
      facts.isMeant = true;
      return;
    case 'evident':
      facts.isEvident = true;
      return;
    case 'vmcoreinfo':
      facts.isInVmcoreInfo = true;
      return;
    case 'certain':
    case 'probable':
    case 'none':
      facts.confidence = name;
      return;
    case 'first':
      facts.isCaptureRuledOut = true;
      return;
    case 'sign':
      facts.captureSignAddress = Number(value);
      return;
    case 'at':
      facts.imagePhysicalAddress = Number(value);
      return;
    case 'said':
      facts.saidRoles = [...facts.saidRoles, roleIn(value)];
      return;
    case 'keeps': {
      const [start, end] = value.split('-').map(Number);
      facts.captureReserves = [...facts.captureReserves, { start: start ?? 0, end: end ?? 0 }];
      return;
    }
    default:
      throw new Error(`no fact is known by the word ${word}`);
  }
}
