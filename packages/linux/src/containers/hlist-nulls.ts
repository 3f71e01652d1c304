import { hex, type VirtualAddress } from '@vmcorekit/core';
import { chainNodes } from './hlist.ts';
import { type Containers, nodeLimit, type WalkNotes, type WalkOptions } from './walk.ts';

export interface HlistNullsOptions extends WalkOptions {
  /**
   * The number that the end of the chain should hold, in most tables the bucket's. Another number
   * is damage: the walk got into another chain.
   */
  readonly nulls?: bigint;
}

/**
 * The nodes of a "nulls" hash list, which ends with a number instead of a null pointer: bit 0 is
 * set, and the number stands above it. Source: Linux, include/linux/list_nulls.h.
 */
export function hlistNullsNodes(
  kernel: Pick<Containers, 'memory'>,
  head: VirtualAddress,
  notes: WalkNotes,
  { limit = nodeLimit, name = `the nulls list at ${hex(head)}`, nulls }: HlistNullsOptions = {},
): Generator<VirtualAddress, void, void> {
  const endOf = (pointer: bigint): boolean | string => {
    if (pointer === 0n) {
      return 'the chain ends with a null pointer, which no list of this kind has';
    }
    if ((pointer & 1n) === 0n) {
      return false;
    }
    return nulls === undefined || pointer >> 1n === nulls
      ? true
      : `the chain ends with the number ${pointer >> 1n}, wanted ${nulls}: it led into another one`;
  };
  return chainNodes(kernel, head, notes, { limit, name, endOf });
}
