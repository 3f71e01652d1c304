/**
 * A kernel as `vmcorekit probe --json` writes it: addresses and `imageOffset` are hexadecimal with
 * 0x, other offsets are signed numbers, null is "not proved".
 */
export interface ProbedKernel {
  readonly imageOffset: string | null;
  readonly physBase: number | null;
  readonly kaslrOffset: number | null;
  readonly textVirtualAddress: string | null;
  readonly textPhysicalAddress: string | null;
  readonly pageTableRoot: string | null;
  readonly pagingLevels: number | null;
  /** The place in the machine's own words; hexadecimal with 0x. */
  readonly numbers: Readonly<Record<string, string>>;
  readonly release: string | null;
  readonly buildId: string | null;
  readonly role: string | null;
}

/** The part of `vmcorekit probe --json` that the check reads. */
export interface ProbeOutput {
  readonly kernel: ProbedKernel | null;
  readonly confidence: string;
  readonly reason: string | null;
  readonly candidates: readonly ProbedKernel[];
  readonly origin: { readonly capturedBy: string; readonly writtenBy: string };
}

/** The result of one run: an answer, or the words with which the command failed. */
export type Result<Output> = { readonly output: Output } | { readonly failure: string };
export type ProbeResult = Result<ProbeOutput>;

/** The part of `vmcorekit info --json` that the check reads; `end` is exclusive. */
export interface InfoOutput {
  readonly memory: { readonly ranges: readonly { readonly start: string; readonly end: string }[] };
  readonly cpus: readonly { readonly registers: Readonly<Record<string, string>> }[];
}

/** The part of `vmcorekit compare --json` that the check reads. */
export interface CompareOutput {
  readonly pages: { readonly equal: number; readonly different: number; readonly unknown: number };
  /** The first ones, ascending. */
  readonly differences: readonly { readonly physicalAddress: string }[];
  readonly dumps: readonly { readonly unknownPages: Readonly<Record<string, number>> }[];
}
