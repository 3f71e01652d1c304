import type {
  Candidate,
  EvidenceRow,
  KernelClaim,
  LayoutVerdict,
  LocatedKernel,
  MemoryLayout,
  Origin,
  Place,
  TranslationRoot,
  Verdict,
} from '@vmcorekit/core';
import { addressJson, type Json, type JsonObject } from './json-line.ts';

/** The part of a probe's answer that the verdict makes. docs/json.md describes it. */
export function verdictJson(verdict: Verdict): JsonObject {
  return {
    origin: originJson(verdict.origin),
    kernel: verdict.kernel === null ? null : kernelJson(verdict.kernel),
    candidates: verdict.candidates.map(candidateJson),
    confidence: verdict.confidence,
    reason: verdict.reason,
    evidence: verdict.evidence.map(evidenceJson),
    contradictions: verdict.contradictions.map(evidenceJson),
    remarks: verdict.remarks.map(({ by, finding }) => ({
      heuristic: by,
      because: finding.because,
      at: finding.at.map(placeJson),
    })),
    notRun: verdict.notRun.map(({ name, because }) => ({ name, because })),
    refusedSymbols: verdict.refusedSymbols.map(({ file, because }) => ({ file, because })),
    ...(verdict.memoryLayout === undefined
      ? {}
      : { memoryLayout: layoutVerdictJson(verdict.memoryLayout) }),
  };
}

function layoutVerdictJson({ layout, isProved, because, others }: LayoutVerdict): Json {
  return {
    ...layoutJson(layout),
    isProved,
    because,
    others: others.map((other) => ({ ...layoutJson(other.layout), because: other.because })),
  };
}

/** Where the bytes of a file lie, and what says it. */
export function layoutJson({ placed, basis, because, at }: MemoryLayout): {
  readonly ranges: Json;
  readonly basis: Json;
  readonly statedBecause: Json;
  readonly at: Json;
} {
  return {
    ranges: placed.map(({ address, lengthInBytes, fileOffset }) => ({
      start: addressJson(address),
      end: addressJson(address + lengthInBytes),
      fileOffset,
    })),
    basis,
    statedBecause: because,
    at: at.map(placeJson),
  };
}

export function kernelJson(kernel: LocatedKernel): JsonObject {
  return {
    imageOffset: addressJson(kernel.imageOffset),
    physBase: kernel.physBase,
    kaslrOffset: kernel.kaslrOffset,
    textVirtualAddress: addressJson(kernel.textVirtualAddress),
    textPhysicalAddress: addressJson(kernel.textPhysicalAddress),
    linearMapOffset: addressJson(kernel.linearMapOffset),
    numbers: Object.fromEntries(
      Object.entries(kernel.numbers).map(([name, value]) => [name, addressJson(value)]),
    ),
    ...rootJson(kernel.root),
    pagingLevels: kernel.pagingLevels,
    release: kernel.release,
    buildId: kernel.buildId,
    role: kernel.role,
  };
}

function candidateJson(candidate: Candidate): Json {
  return {
    ...kernelJson(candidate.kernel),
    banner: candidate.kernel.banner,
    confidence: candidate.confidence,
    isReachedByCpu: candidate.isReachedByCpu,
    isNamedByFile: candidate.isNamedByFile,
    isWitnessed: candidate.isWitnessed,
    evidence: candidate.evidence.map(evidenceJson),
    contradictions: candidate.contradictions.map(evidenceJson),
  };
}

function evidenceJson(row: EvidenceRow): Json {
  return {
    heuristic: row.by,
    kind: row.evidence,
    isWitness: row.isWitness,
    claim: claimJson(row.claim),
    strength: row.strength,
    because: row.because,
    at: row.at.map(placeJson),
  };
}

function claimJson(claim: KernelClaim): Json {
  const { imageOffset, textVirtualAddress, textPhysicalAddress, linearMapOffset, root, ...others } =
    claim;
  const addresses = { imageOffset, textVirtualAddress, textPhysicalAddress, linearMapOffset };
  return {
    ...Object.fromEntries(
      Object.entries(addresses).flatMap(([field, value]) =>
        value === undefined ? [] : [[field, addressJson(value)]],
      ),
    ),
    ...(root === undefined ? {} : rootJson(root)),
    ...others,
  };
}

/** The top table and its levels, both null where nothing is known. */
export function rootJson(root: TranslationRoot | null): {
  readonly pageTableRoot: Json;
  readonly pagingLevels: number | null;
} {
  return {
    pageTableRoot: addressJson(root?.tableAddress ?? null),
    pagingLevels: root?.levels ?? null,
  };
}

export function originJson(origin: Origin): Json {
  return {
    capturedBy: origin.capturedBy,
    writtenBy: origin.writtenBy,
    because: origin.because.map(({ axis, who, score, by, because, at }) => ({
      axis,
      who,
      score,
      heuristic: by,
      because,
      at: at.map(placeJson),
    })),
  };
}

/** File offsets are numbers, as all sizes; addresses are strings. */
function placeJson({ fileOffset, physicalAddress, virtualAddress, note }: Place): Json {
  return {
    ...(fileOffset === undefined ? {} : { fileOffset }),
    ...(physicalAddress === undefined ? {} : { physicalAddress: addressJson(physicalAddress) }),
    ...(virtualAddress === undefined ? {} : { virtualAddress: addressJson(virtualAddress) }),
    ...(note === undefined ? {} : { note }),
  };
}
