/**
 * What is equal in every dump of one build of a kernel: its types, its table of symbols, its rules
 * to unwind stacks, its build ID, and where its table of symbols lies. The last two are kept under
 * fingerprints of what a search finds before it knows the build ID.
 */
export const kernelCacheParts = [
  'types',
  'symbols',
  'unwind-rules',
  'build-id',
  'symbols-place',
] as const;

export type KernelCachePart = (typeof kernelCacheParts)[number];

/**
 * Keeps parts of kernels between runs, by build ID (or the fingerprint, from 16 digits on, for the
 * last two): lower-case hexadecimal, out of a dump. What it returns is compared with the dump
 * before use, in some of its pages: so it must hold nothing of a dump that is not trusted. Neither
 * method throws for a store that cannot be used: the kernel is read from the dump then.
 */
export interface KernelCache {
  /** Undefined where it has none. */
  load(buildId: string, part: KernelCachePart): Uint8Array | undefined;
  store(buildId: string, part: KernelCachePart, bytes: Uint8Array): void;
}
