import type { Confidence, Dump, KernelRole, NoKernelReason, Verdict } from '@vmcorekit/core';

/** What a table says of one dump. A field is null if it is not proved, or nothing was found. */
export interface ProbeRow {
  /** The parts of a split dump, in the order in which they are joined; else one file. */
  readonly files: readonly string[];
  /** As `uname -m` says it: of the kernel, else of the file. */
  readonly architecture: string | null;
  readonly release: string | null;
  readonly role: KernelRole | null;
  /** Null if the dump was not read. */
  readonly confidence: Confidence | null;
  readonly reason: NoKernelReason | null;
  /** How many kernels were found. The answer is one of them, or none of them if it is ambiguous. */
  readonly kernelCount: number;
  readonly physBase: number | null;
  readonly imageOffset: bigint | null;
  readonly kaslrOffset: number | null;
  /** Each kind of damage once, in the order in which it was met. */
  readonly damage: readonly string[];
  /** Why the dump could not be read; null if it was read. */
  readonly error: RowError | null;
}

/** An error for a row. The whole message goes to stderr. */
export interface RowError {
  readonly code: string;
  /** A few words. */
  readonly brief: string;
}

/** The row of a dump that was searched. */
export function probeRow(
  dump: Pick<Dump, 'files' | 'damage' | 'architecture' | 'image'>,
  verdict: Verdict,
): ProbeRow {
  const { kernel, confidence, reason, candidates } = verdict;
  return {
    files: dump.files,
    architecture: dump.architecture?.name ?? dump.image.architecture,
    release: kernel?.release ?? null,
    role: kernel?.role ?? null,
    confidence,
    reason,
    kernelCount: candidates.filter((candidate) => candidate.confidence !== 'none').length,
    physBase: kernel?.physBase ?? null,
    imageOffset: kernel?.imageOffset ?? null,
    kaslrOffset: kernel?.kaslrOffset ?? null,
    damage: [...new Set(dump.damage.map(({ name }) => name))],
    error: null,
  };
}

/** The row of files that could not be read as a dump. */
export function unreadRow(files: readonly string[], error: RowError): ProbeRow {
  return {
    files,
    architecture: null,
    release: null,
    role: null,
    confidence: null,
    reason: null,
    kernelCount: 0,
    physBase: null,
    imageOffset: null,
    kaslrOffset: null,
    damage: [],
    error,
  };
}
