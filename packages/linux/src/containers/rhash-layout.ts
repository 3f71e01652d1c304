import { type Fields, fieldsOf, perTypes, unknownLayout } from './layout.ts';
import type { Containers } from './walk.ts';

/** How one kernel lays out its resizable hash tables. */
export interface RhashLayout {
  readonly table: Fields<'tbl' | 'rhlist'>;
  readonly buckets: Fields<'size' | 'nest' | 'future_tbl'>;
  /** Of the array of buckets, after the rest of `struct bucket_table`. */
  readonly bucketsAt: bigint;
  /** Of the next one with the same key, in the nodes of a list table; null where there is none. */
  readonly sameKeyAt: number | null;
  /** Since Linux 5.2, bit 0 of a bucket is its lock, and an empty bucket holds 0. */
  readonly hasLockBit: boolean;
}

/** The layout, or why it is not known. Source: Linux, include/linux/rhashtable.h. */
export const rhashLayoutOf: (kernel: Pick<Containers, 'memory' | 'types'>) => RhashLayout | string =
  perTypes((types, word) => {
    const table = fieldsOf(types, 'rhashtable', { tbl: word, rhlist: 1 });
    const buckets = fieldsOf(types, 'bucket_table', { size: 4, nest: 4, future_tbl: word });
    const bucketsAt = types.struct('bucket_table')?.member('buckets')?.offsetInBytes;
    if (table === undefined || buckets === undefined || bucketsAt === undefined) {
      return unknownLayout(types, 'struct rhashtable', 'struct bucket_table');
    }
    const sameKeyAt = fieldsOf(types, 'rhlist_head', { next: word })?.at.next ?? null;
    return {
      table,
      buckets,
      bucketsAt: BigInt(bucketsAt),
      sameKeyAt,
      hasLockBit: types.struct('rhash_lock_head') !== undefined,
    };
  });
