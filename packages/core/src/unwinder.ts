import type { Kernel } from './kernel.ts';
import type { KernelCache } from './kernel-cache.ts';
import type { StackReader } from './stack-reader.ts';

/**
 * A way to walk stacks. To add one: name the architecture, and return a reader if this kernel has
 * what it needs (unwind tables, frame pointers), or a sentence that says what is missing. The first
 * unwinder that can read a kernel is used for all its stacks.
 */
export interface Unwinder {
  readonly name: string;
  readonly summary: string;
  /** The name of the `Architecture`. */
  readonly architecture: string;
  /**
   * The reader, or why this kernel's stacks cannot be read this way. May read memory. Tables that
   * are equal in every dump of one build may come from the cache, where one is given.
   */
  open(kernel: Kernel, cache?: KernelCache): StackReader | string;
}
