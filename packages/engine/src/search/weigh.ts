import {
  type Candidate,
  type Dump,
  type EvidenceRow,
  hex,
  type KernelClaim,
  type KernelRole,
  type LocatedKernel,
  type NoKernelReason,
  type RefusedSymbols,
  type Verdict,
} from '@vmcorekit/core';
import { assignRoles } from './assign-roles.ts';
import type { Blackboard } from './blackboard.ts';
import type { CandidateState } from './candidate-state.ts';
import { cpuRootsOf } from './image-windows.ts';
import { isMemoryMissing } from './missing-memory.ts';
import { type Selection, selectKernel } from './select-kernel.ts';
import { weighOrigin } from './weigh-origin.ts';

/** Turns all that was found into one verdict. Pure: reads the board, looks at no memory. */
export function weigh(dump: Dump, board: Blackboard): Verdict {
  const states = board.candidates;
  const cpusAreKnown = cpuRootsOf(dump).length > 0;
  const roles = assignRoles(states, cpusAreKnown);
  const selection = selectKernel(states, roles);
  const candidates = states.map((state) => candidateOf(state, dump, roles.get(state) ?? 'unknown'));
  const chosen = selection.kind === 'chosen' ? selection.candidate : null;
  const kernel = chosen === null ? null : locatedKernel(chosen, dump, roles.get(chosen) ?? 'unknown');
  const reason = chosen === null ? reasonOf(selection, dump, board) : null;
  const doubt = chosen === null ? null : doubtAbout(chosen, dump, board, cpusAreKnown);
  return {
    kernel,
    confidence: chosen !== null ? confidenceIn(chosen, doubt) : selection.kind === 'ambiguous' ? 'ambiguous' : 'none',
    reason,
    explanation: explain(kernel, reason, selection, candidates, doubt),
    candidates,
    origin: weighOrigin(board.originFindings),
    contradictions: contradictions(board, chosen),
    evidence: [...states.flatMap((state) => state.rows('for')), ...board.unplaced],
    remarks: board.remarks,
    notRun: board.notRun,
    refusedSymbols: refusedSymbols(states),
  };
}

/**
 * Why a kernel that is seen may not be the one meant, or null. Who fills memory with what takes time must not have the kernel met first
 * believed. And what is meant may lie in memory that is lost or damaged: then what nothing selects is only what is left.
 */
function doubtAbout(chosen: CandidateState, dump: Dump, board: Blackboard, cpusAreKnown: boolean): string | null {
  const others = board.candidates.filter((state) => state !== chosen && !state.isWitnessed);
  if (!chosen.isSelected) {
    if (board.isSearchCutShort) {
      return 'the search did not come to its end, and nothing selects this kernel';
    }
    if (cpusAreKnown) {
      return "no CPU's page tables lead to this kernel";
    }
    if (isMemoryMissing(dump)) {
      return 'some of the memory is lost, and nothing selects this kernel';
    }
    if (others.some((state) => state.isEvident || state.isTold('vmcoreinfo'))) {
      return 'there are signs of another kernel, and nothing selects this one';
    }
  }
  if (others.some((state) => state.isRunByCpu)) {
    return "a CPU's page tables lead to another kernel, which no witness recognises";
  }
  return board.isCpuAstray && chosen.keepsMemoryForCapture
    ? "a CPU's page tables lead to no kernel that is recognised, and this one keeps memory for a capture kernel"
    : null;
}

function confidenceIn(chosen: CandidateState, doubt: string | null): Candidate['confidence'] {
  return chosen.confidence === 'certain' && doubt !== null ? 'probable' : chosen.confidence;
}

function candidateOf(state: CandidateState, dump: Dump, role: KernelRole): Candidate {
  return {
    kernel: locatedKernel(state, dump, role),
    confidence: state.confidence,
    isReachedByCpu: state.isReachedByCpu,
    isNamedByFile: state.isNamedByFile,
    isWitnessed: state.isWitnessed,
    evidence: state.rows('for'),
    contradictions: state.rows('against'),
  };
}

function locatedKernel(state: CandidateState, dump: Dump, role: KernelRole): LocatedKernel {
  const { claim } = state.merged;
  const root = state.view?.isDisputed === true ? undefined : state.view?.root;
  return {
    physBase: state.physBase,
    kaslrOffset: claim.kaslrOffset ?? null,
    textVirtualAddress: claim.textVirtualAddress ?? null,
    textPhysicalAddress: claim.textPhysicalAddress ?? textThrough(state, dump, claim),
    pageTableRoot: root?.pageTableRoot ?? null,
    pagingLevels: root?.levels ?? null,
    release: claim.release ?? null,
    banner: claim.banner ?? null,
    buildId: claim.buildId ?? null,
    role,
  };
}

/** Where the text lies follows from its virtual address and phys_base, by what phys_base means. */
function textThrough(state: CandidateState, dump: Dump, claim: KernelClaim): number | null {
  const start = dump.architecture?.kernelLayout?.imageWindowStart;
  return claim.textVirtualAddress === undefined || start === undefined || !state.isWitnessed
    ? null
    : Number(claim.textVirtualAddress - start) + state.physBase;
}

function reasonOf(selection: Selection, dump: Dump, board: Blackboard): NoKernelReason {
  if (selection.kind === 'ambiguous') {
    return 'ambiguous';
  }
  if (dump.architecture?.paging === undefined || dump.architecture.kernelLayout === undefined) {
    return 'unsupported-architecture';
  }
  if (board.hasTimedOut) {
    return 'timed-out';
  }
  if (board.hasWrongSymbols && board.candidates.length === 0) {
    return 'wrong-symbols';
  }
  return board.candidates.some((state) => state.isEvident) ? 'insufficient-evidence' : 'no-kernel';
}

/** What the chosen kernel's witnesses deny, what was said otherwise of its fields, what other candidates claim in its place, and what heuristics saw contradicted. */
function contradictions(board: Blackboard, chosen: CandidateState | null): EvidenceRow[] {
  const others = board.candidates.filter((state) => state !== chosen && !state.isWitnessed && chosen !== null);
  return [
    ...(chosen?.rows('against') ?? []),
    ...(chosen?.dissent ?? []),
    ...others.flatMap((state) => state.rows('for')),
    ...board.contradictions,
  ];
}

/** A file counts as refused only where a kernel that was seen differs from it, and none agrees. */
function refusedSymbols(states: readonly CandidateState[]): RefusedSymbols[] {
  const compared = states
    .filter((state) => state.isWitnessed)
    .flatMap(({ testimonies }) => testimonies.flatMap(({ testimony }) => testimony.symbolFile ?? []));
  const accepted = new Set(compared.filter(({ refused }) => refused === null).map(({ from }) => from));
  const refusals = new Map(compared.map(({ from, refused }) => [from, refused]));
  return [...refusals].flatMap(([file, because]) => (because === null || accepted.has(file) ? [] : [{ file, because }]));
}

function explain(
  kernel: LocatedKernel | null,
  reason: NoKernelReason | null,
  selection: Selection,
  candidates: readonly Candidate[],
  doubt: string | null,
): string {
  if (kernel !== null) {
    const others = candidates.filter((candidate) => candidate.isWitnessed && candidate.kernel.physBase !== kernel.physBase);
    const also = others.map((other) => `${other.kernel.role} kernel at phys_base ${hex(other.kernel.physBase)}`);
    return [
      `phys_base is ${hex(kernel.physBase)}`,
      kernel.kaslrOffset === null ? 'the KASLR offset is not proved' : `the KASLR offset is ${hex(kernel.kaslrOffset)}`,
      ...(also.length === 0 ? [] : [`the memory also holds ${also.join(', ')}`]),
      ...(doubt === null ? [] : [doubt]),
    ].join('; ');
  }
  switch (reason) {
    case 'ambiguous': {
      const bases = selection.kind === 'ambiguous' ? selection.candidates.map((state) => hex(state.physBase)) : [];
      const isAnyUnseen = selection.kind === 'ambiguous' && selection.candidates.some((state) => !state.isWitnessed);
      return isAnyUnseen
        ? `no witness recognises the kernel that a CPU runs, and no CPU reaches what is witnessed: phys_base ${bases.join(' or ')}`
        : `several kernels are witnessed and nothing selects one: phys_base ${bases.join(' or ')}`;
    }
    case 'unsupported-architecture':
      return 'finding a kernel is not supported for this architecture';
    case 'timed-out':
      return 'the time limit ended the search before a kernel was found';
    case 'wrong-symbols':
      return 'the given symbols are not those of a kernel in this memory';
    case 'insufficient-evidence':
      return 'something looks like a kernel, but no witness could confirm it';
    default:
      return 'no kernel was found in this memory';
  }
}
