import type {
  Candidate,
  EvidenceRow,
  KernelClaim,
  KernelLayout,
  KernelRole,
  LocatedKernel,
  NoKernelReason,
  RefusedSymbols,
  Verdict,
} from '@vmcorekit/core';
import { physicalAddressIn } from '@vmcorekit/linux';
import { assignRoles } from './assign-roles.ts';
import { told } from './candidate-state.ts';
import { explain, placeOf } from './explain.ts';
import type { JudgedCandidate, JudgedSearch } from './judged.ts';
import { isSelected, type Selection, selectKernel } from './select-kernel.ts';
import { weighOrigin } from './weigh-origin.ts';
import type { WeighedDump } from './weighed-dump.ts';

/** Turns everything found into one verdict. Pure: it reads the facts, and no memory. */
export function weigh(board: JudgedSearch, dump: WeighedDump): Verdict {
  const states = board.candidates;
  const roles = assignRoles(states, dump.isEveryCpuAccountedFor);
  // The unread part may hold the intended kernel, so any answer may be wrong.
  const selection: Selection<JudgedCandidate> =
    dump.sourceFailure === null ? selectKernel(states, roles) : { kind: 'none' };
  const candidates = states.map((state) => candidateOf(state, dump, roles.get(state) ?? 'unknown'));
  const chosen = selection.kind === 'chosen' ? selection.candidate : null;
  const kernel =
    chosen === null ? null : locatedKernel(chosen, dump, roles.get(chosen) ?? 'unknown');
  const reason = chosen === null ? reasonOf(selection, dump, board) : null;
  const doubt = chosen === null ? null : doubtAbout(chosen, board, dump);
  const qualifications =
    dump.sourceFailure === null
      ? [
          ...(dump.isInFirmware ? ['the machine was in its firmware'] : []),
          ...(doubt === null ? [] : [doubt]),
          ...unmetChoices(board, chosen, dump),
        ]
      : [];
  const explanation =
    dump.sourceFailure === null
      ? explain(kernel, reason, among(selection, states, candidates), candidates, qualifications)
      : `the dump cannot be read further: ${dump.sourceFailure}`;
  return {
    kernel,
    confidence:
      chosen !== null
        ? confidenceIn(chosen, doubt)
        : selection.kind === 'ambiguous'
          ? 'ambiguous'
          : 'none',
    reason,
    explanation,
    qualifications,
    candidates,
    origin: weighOrigin(board.originFindings),
    contradictions: contradictions(board, chosen),
    evidence: [...states.flatMap((state) => state.evidence), ...board.unplaced],
    remarks: board.remarks,
    notRun: board.notRun,
    refusedSymbols: refusedSymbols(states),
    matchedSymbols: (chosen?.symbolFiles ?? []).flatMap(({ from, refused }) =>
      refused === null ? [from] : [],
    ),
  };
}

/**
 * Why a visible kernel may not be the intended one, or null. An attacker who fills memory with slow
 * traps must not get the first kernel accepted. The intended kernel may also lie in lost or damaged
 * memory: then an unselected one may only be a remnant.
 */
function doubtAbout(
  chosen: JudgedCandidate,
  board: JudgedSearch,
  dump: WeighedDump,
): string | null {
  if (chosen.isMeant) {
    return null;
  }
  const others = board.candidates.filter((state) => state !== chosen && !state.isWitnessed);
  if (!isSelected(chosen)) {
    if (board.isSearchCutShort) {
      return 'the search did not come to its end, and nothing selects this kernel';
    }
    if (dump.areTablesLost) {
      return "a CPU's page tables are lost, and nothing selects this kernel";
    }
    if (dump.areCpusKnown) {
      return "no CPU's page tables lead to this kernel";
    }
    if (dump.isMemoryMissing) {
      return 'some of the memory is lost, and nothing selects this kernel';
    }
    if (others.some((state) => state.isEvident || state.isInVmcoreInfo)) {
      return 'there are signs of another kernel, and nothing selects this one';
    }
  }
  if (others.some((state) => state.isRunByCpu)) {
    return "a CPU's page tables lead to another kernel, which no witness recognises";
  }
  return board.isCpuAstray && chosen.captureReserves.length > 0
    ? "a CPU's page tables lead to no kernel that is recognised, and this one keeps memory for a capture kernel"
    : null;
}

function confidenceIn(chosen: JudgedCandidate, doubt: string | null): Candidate['confidence'] {
  return chosen.confidence === 'certain' && doubt !== null ? 'probable' : chosen.confidence;
}

function candidateOf(state: JudgedCandidate, dump: WeighedDump, role: KernelRole): Candidate {
  return {
    kernel: locatedKernel(state, dump, role),
    confidence: state.confidence,
    isReachedByCpu: state.isReachedByCpu,
    isNamedByFile: state.isNamedByFile,
    isWitnessed: state.isWitnessed,
    evidence: state.evidence,
    contradictions: state.contradictions,
  };
}

function locatedKernel(state: JudgedCandidate, dump: WeighedDump, role: KernelRole): LocatedKernel {
  const { imageOffset, claim, root, pagingLevels } = state;
  const linearMapOffset = claim.linearMapOffset ?? null;
  const kaslrOffset = claim.kaslrOffset ?? null;
  return {
    imageOffset,
    physBase: dump.layout?.physBaseOf(imageOffset) ?? null,
    numbers: dump.layout?.numbersOf?.({ imageOffset, linearMapOffset, kaslrOffset, root }) ?? {},
    kaslrOffset,
    textVirtualAddress: claim.textVirtualAddress ?? null,
    textPhysicalAddress: claim.textPhysicalAddress ?? textThrough(state, claim),
    linearMapOffset,
    root,
    pagingLevels,
    byteOrder: claim.byteOrder ?? dump.byteOrder,
    wordSizeInBits: dump.wordSizeInBits,
    release: claim.release ?? null,
    banner: claim.banner ?? null,
    buildId: claim.buildId ?? null,
    role,
  };
}

/**
 * The place of the text follows from its virtual address, by the definition of the image offset.
 */
function textThrough(state: JudgedCandidate, { textVirtualAddress }: KernelClaim): number | null {
  return textVirtualAddress === undefined || !state.isWitnessed
    ? null
    : physicalAddressIn(state.imageOffset, textVirtualAddress);
}

function reasonOf(
  selection: Selection<JudgedCandidate>,
  dump: WeighedDump,
  board: JudgedSearch,
): NoKernelReason {
  if (selection.kind === 'ambiguous') {
    return 'ambiguous';
  }
  if (dump.sourceFailure !== null) {
    return 'source-failed';
  }
  if (!dump.isTranslated || dump.layout === null) {
    return 'unsupported-architecture';
  }
  if (board.hasTimedOut || board.hasReachedPageLimit) {
    return board.hasTimedOut ? 'timed-out' : 'page-limit';
  }
  if (board.hasReachedTransferLimit) {
    return 'transfer-limit';
  }
  if (board.hasWrongSymbols && board.candidates.length === 0) {
    return 'wrong-symbols';
  }
  return board.candidates.some((state) => state.isEvident) ? 'insufficient-evidence' : 'no-kernel';
}

/**
 * What the chosen kernel's witnesses deny, other values for its fields, other candidates' claims in
 * its place, and contradictions that heuristics saw.
 */
function contradictions(board: JudgedSearch, chosen: JudgedCandidate | null): EvidenceRow[] {
  const others = board.candidates.filter(
    (state) => state !== chosen && !state.isWitnessed && chosen !== null,
  );
  return [
    ...(chosen?.contradictions ?? []),
    ...(chosen?.dissent ?? []),
    ...others.flatMap((state) => state.evidence),
    ...board.contradictions,
  ];
}

/** A file counts as refused only where a visible kernel differs from it, and none matches. */
function refusedSymbols(states: readonly JudgedCandidate[]): RefusedSymbols[] {
  const compared = states
    .filter((state) => state.isWitnessed)
    .flatMap(({ symbolFiles }) => symbolFiles);
  const accepted = new Set(
    compared.filter(({ refused }) => refused === null).map(({ from }) => from),
  );
  const refusals = new Map(compared.map(({ from, refused }) => [from, refused]));
  return [...refusals].flatMap(([file, because]) =>
    because === null || accepted.has(file) ? [] : [{ file, because }],
  );
}

/** The candidates between which nothing decides. */
function among(
  selection: Selection<JudgedCandidate>,
  states: readonly JudgedCandidate[],
  candidates: readonly Candidate[],
): readonly Candidate[] {
  return selection.kind === 'ambiguous'
    ? selection.candidates.flatMap((state) => candidates[states.indexOf(state)] ?? [])
    : [];
}

/** Kernels that the user or a rule names, and that nothing in the dump supports. */
function unmetChoices(
  { candidates, unplaced }: JudgedSearch,
  chosen: JudgedCandidate | null,
  dump: WeighedDump,
): string[] {
  const unsupported = candidates
    .filter((state) => state.isMeant && state !== chosen)
    .map(
      (state) =>
        `nothing in the dump supports the given kernel at ${placeOf(locatedKernel(state, dump, 'unknown')).join(' ')}`,
    );
  return dump.layout !== null && unplaced.some(({ by }) => by === told)
    ? [
        ...unsupported,
        `what was given names no kernel of this machine: ${namingNumber(dump.layout)} does`,
      ]
    : unsupported;
}

/** The number that distinguishes a machine's kernels. */
function namingNumber(layout: KernelLayout): string {
  if (layout.isOffsetShared) {
    return 'the physical address of its text';
  }
  return layout.physBaseOf(0n) === null ? 'its image offset' : 'its phys_base';
}
