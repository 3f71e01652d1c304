/**
 * Numbers of different spaces. Each type accepts a plain number (or bigint) without a cast, but no
 * value of another space: a file offset cannot pass as a physical address.
 */

/**
 * A byte address in the machine's physical memory. At most 52 bits, so a number holds it exactly.
 */
export type PhysicalAddress = number & { readonly space?: 'physical address' };

/**
 * Physical addresses have at most 52 bits. A higher address of a 64-bit machine is a canonical
 * kernel address.
 */
export const endOfPhysicalSpace: bigint = 2n ** 52n;

/** A page frame number: physical address divided by the page size of the dump. */
export type PageFrameNumber = number & { readonly space?: 'page frame number' };

/** A byte offset in a file, or in the contents of a container. */
export type FileOffset = number & { readonly space?: 'file offset' };

/** A virtual address, always unsigned 64-bit (32-bit machines use the low half). */
export type VirtualAddress = bigint & { readonly space?: 'virtual address' };

/** A half-open range of virtual memory. `end` may be 2^64. */
export interface VirtualRange {
  readonly start: VirtualAddress;
  /** Exclusive. */
  readonly end: VirtualAddress;
}

export type ByteOrder = 'little' | 'big';
