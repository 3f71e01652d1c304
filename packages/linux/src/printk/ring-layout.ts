import type { TypeTable } from '@vmcorekit/core';
import { LayoutReader } from './layout-reader.ts';

/**
 * The offsets of the lockless ring's fields (struct printk_ringbuffer), in bytes. Source: Linux,
 * kernel/printk/printk_ringbuffer.h.
 */
export interface RingLayout {
  /** The source of the layout. */
  readonly from: string;
  readonly wordSizeInBits: 32 | 64;
  /** The size of `atomic_long_t`. */
  readonly counter: number;
  readonly printk_ringbuffer: {
    readonly size: number;
    readonly desc_ring: number;
    readonly text_data_ring: number;
  };
  readonly prb_desc_ring: {
    readonly size: number;
    readonly count_bits: number;
    readonly descs: number;
    readonly infos: number;
    readonly head_id: number;
    readonly tail_id: number;
  };
  readonly prb_desc: {
    readonly size: number;
    readonly state_var: number;
    readonly text_blk_lpos: number;
  };
  readonly prb_data_blk_lpos: { readonly begin: number; readonly next: number };
  readonly printk_info: {
    readonly size: number;
    readonly seq: number;
    readonly ts_nsec: number;
    /** After it: `facility`, a byte, and a byte of `flags` and `level`. */
    readonly text_len: number;
    readonly caller_id: number;
  };
  readonly prb_data_ring: {
    readonly size: number;
    readonly size_bits: number;
    readonly data: number;
  };
}

/** The layout from a kernel's types. Throws `unsupported` where they lack a part of it. */
export function ringLayoutIn(types: TypeTable): RingLayout {
  const reader = new LayoutReader(types);
  const size = (struct: string) => reader.sizeOf(struct);
  const at = (struct: string, member: string) => reader.offsetOf(struct, member);
  const layout = {
    wordSizeInBits: size('atomic_long_t') === 4 ? 32 : 64,
    counter: at('atomic_long_t', 'counter'),
    printk_ringbuffer: {
      size: size('printk_ringbuffer'),
      desc_ring: at('printk_ringbuffer', 'desc_ring'),
      text_data_ring: at('printk_ringbuffer', 'text_data_ring'),
    },
    prb_desc_ring: {
      size: size('prb_desc_ring'),
      count_bits: at('prb_desc_ring', 'count_bits'),
      descs: at('prb_desc_ring', 'descs'),
      infos: at('prb_desc_ring', 'infos'),
      head_id: at('prb_desc_ring', 'head_id'),
      tail_id: at('prb_desc_ring', 'tail_id'),
    },
    prb_desc: {
      size: size('prb_desc'),
      state_var: at('prb_desc', 'state_var'),
      text_blk_lpos: at('prb_desc', 'text_blk_lpos'),
    },
    prb_data_blk_lpos: {
      begin: at('prb_data_blk_lpos', 'begin'),
      next: at('prb_data_blk_lpos', 'next'),
    },
    printk_info: {
      size: size('printk_info'),
      seq: at('printk_info', 'seq'),
      ts_nsec: at('printk_info', 'ts_nsec'),
      text_len: at('printk_info', 'text_len'),
      caller_id: at('printk_info', 'caller_id'),
    },
    prb_data_ring: {
      size: size('prb_data_ring'),
      size_bits: at('prb_data_ring', 'size_bits'),
      data: at('prb_data_ring', 'data'),
    },
  } as const;
  return { from: reader.from, ...layout };
}

/**
 * The layouts that 64-bit Linux has had, for a kernel without readable types: the descriptor ring
 * without `last_finalized_id` and with it (or `last_finalized_seq`), and a record's data without
 * and with `caller_id2` and `comm`. Which one a kernel has is a guess, so `ringRecords` returns
 * only what proves its layout. Source: Linux, kernel/printk/printk_ringbuffer.h (commits
 * cfe2790b163a, 60325c27d3cf).
 */
export const knownRingLayouts: readonly RingLayout[] = [
  known('Linux 5.10', 40, 88),
  known('Linux after 5.10', 48, 88),
  known('Linux with CONFIG_PRINTK_EXECUTION_CTX', 48, 112),
];

function known(linux: string, descRingSize: number, infoSize: number): RingLayout {
  return {
    from: `the layout of ${linux}`,
    wordSizeInBits: 64,
    counter: 0,
    printk_ringbuffer: { size: descRingSize + 40, desc_ring: 0, text_data_ring: descRingSize },
    prb_desc_ring: {
      size: descRingSize,
      count_bits: 0,
      descs: 8,
      infos: 16,
      head_id: 24,
      tail_id: 32,
    },
    prb_desc: { size: 24, state_var: 0, text_blk_lpos: 8 },
    prb_data_blk_lpos: { begin: 0, next: 8 },
    printk_info: { size: infoSize, seq: 0, ts_nsec: 8, text_len: 16, caller_id: 20 },
    prb_data_ring: { size: 32, size_bits: 0, data: 8 },
  };
}
