import type { Translation } from './architecture.ts';
import type { VirtualAddress } from './spaces.ts';

/** Virtual memory seen through one set of page tables. Reads may cross pages. */
export interface AddressSpace {
  /** Throws `not-mapped` or `page-unreadable`. */
  translate(address: VirtualAddress): Translation;
  /** Fills the whole of `target`, or throws. */
  readInto(address: VirtualAddress, target: Uint8Array): void;
  /** Fills `target`; false where a byte of it cannot be read. `target` then holds anything. */
  tryReadInto(address: VirtualAddress, target: Uint8Array): boolean;
  /** A copy. Throws `usage` beyond 1 GiB. */
  read(address: VirtualAddress, lengthInBytes: number): Uint8Array;
  readUint32(address: VirtualAddress): number;
  readUint64(address: VirtualAddress): bigint;
  /** Latin-1 text up to a NUL or `limitInBytes` (default 4096), without the NUL. */
  readString(address: VirtualAddress, limitInBytes?: number): string;
}
