/** A kernel as `vmcorekit probe --json` writes it: offsets are signed numbers, addresses hexadecimal with 0x, null is not proved. */
export interface ProbedKernel {
  readonly physBase: number | null;
  readonly kaslrOffset: number | null;
  readonly textVirtualAddress: string | null;
  readonly textPhysicalAddress: string | null;
  readonly pageTableRoot: string | null;
  readonly pagingLevels: number | null;
  readonly release: string | null;
  readonly buildId: string | null;
  readonly role: string | null;
}

/** What the check reads of `vmcorekit probe --json`. */
export interface ProbeOutput {
  readonly kernel: ProbedKernel | null;
  readonly confidence: string;
  readonly reason: string | null;
  readonly candidates: readonly ProbedKernel[];
}

/** What came of one run: an answer, or the words with which the command failed. */
export type ProbeResult = { readonly output: ProbeOutput } | { readonly failure: string };
