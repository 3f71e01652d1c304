import { type KernelMemory, type Progress, StructView, tryRead } from '@vmcorekit/core';
import { readFilled } from '../zero-page.ts';
import {
  type LogRecord,
  type LostRecord,
  levelOf,
  maxRecords,
  recordsPerStep,
  refuse,
  textOf,
} from './log-record.ts';
import { withNumbersOfPlaces } from './record-numbers.ts';
import type { RingLayout } from './ring-layout.ts';
import { TextRing } from './text-ring.ts';

const reserved = 0;
const reusable = 3;
/**
 * The number of records that a guessed layout must read correctly: with only one, two layouts may
 * agree.
 */
const enoughProofs = 2;

/**
 * The records of the lockless ring of Linux 5.10 and later, oldest first. `ringPointer` is the
 * address of the variable `prb`. Reads no more descriptors than the ring has.
 * A guessed layout must prove itself. Each record must belong to its descriptor, be numbered one
 * above the last, and name the text block that names it.
 * Throws `malformed` where the ring's own fields are impossible or such a proof fails. Throws
 * `not-mapped` or `page-unreadable` where the ring itself cannot be read. Source: Linux,
 * kernel/printk/printk_ringbuffer.{c,h}.
 */
export function* ringRecords(
  memory: KernelMemory,
  layout: RingLayout,
  ringPointer: bigint,
  isGuessed: boolean = false,
): Generator<Progress, (LogRecord | LostRecord)[], void> {
  const { byteOrder } = memory;
  const {
    wordSizeInBits,
    counter,
    printk_ringbuffer,
    prb_desc_ring,
    prb_desc,
    prb_data_blk_lpos,
    printk_info,
  } = layout;
  const read = (address: bigint, size: number, name: string) =>
    new StructView(readFilled(memory, address, size), byteOrder, name);
  const word = (view: StructView, offset: number) => view.uintptr(offset, wordSizeInBits);

  const ringAddress = word(read(ringPointer, wordSizeInBits / 8, 'prb'), 0);
  const ring = read(ringAddress, printk_ringbuffer.size, 'printk_ringbuffer');
  const descRing = new StructView(
    ring.slice(printk_ringbuffer.desc_ring, prb_desc_ring.size),
    byteOrder,
    'prb_desc_ring',
  );
  const countBits = descRing.uint32(prb_desc_ring.count_bits);
  if (countBits < 1 || 2 ** countBits > maxRecords) {
    refuse('prb_desc_ring', 'count_bits', `1 to ${Math.log2(maxRecords)}`, countBits);
  }
  const count = 1n << BigInt(countBits);
  const descs = word(descRing, prb_desc_ring.descs);
  const infos = word(descRing, prb_desc_ring.infos);
  const idBits = wordSizeInBits - 2;
  const idOf = (key: 'head_id' | 'tail_id') =>
    BigInt.asUintN(idBits, word(descRing, prb_desc_ring[key] + counter));
  const tail = idOf('tail_id');
  const held = BigInt.asUintN(idBits, idOf('head_id') - tail) + 1n;
  if (held > count) {
    refuse('prb_desc_ring', 'head_id', `at most ${count - 1n} beyond tail_id`, held - 1n);
  }
  const text = new TextRing(memory, layout, ring);
  const stateAt = prb_desc.state_var + counter;
  const beginAt = prb_desc.text_blk_lpos + prb_data_blk_lpos.begin;
  const nextAt = prb_desc.text_blk_lpos + prb_data_blk_lpos.next;
  const demand = (holds: boolean, field: string, wanted: string, got: number | bigint) => {
    if (isGuessed && !holds) {
      refuse(`printk ring by ${layout.from}`, field, wanted, got);
    }
  };

  const records: (LogRecord | LostRecord)[] = [];
  const steps: number[] = [];
  let proofs = 0;
  /**
   * Sequence numbers rise by one with each descriptor. So an unreadable one has the number between
   * its neighbours'.
   */
  let expected: number | null = null;
  /**
   * The oldest record's number, by the first record that shows one. A record that is being written
   * may still have its predecessor's.
   */
  let firstSequence: number | undefined;
  for (let step = 0n; step < held; step += 1n) {
    if (Number(step) % recordsPerStep === 0) {
      yield {
        kind: 'progress',
        doing: 'reading the kernel log',
        fraction: Number(step) / Number(held),
      };
    }
    const id = BigInt.asUintN(idBits, tail + step);
    const index = id & (count - 1n);
    const desc = tryRead(() =>
      read(descs + index * BigInt(prb_desc.size), prb_desc.size, 'prb_desc'),
    );
    const about = tryRead(() =>
      read(infos + index * BigInt(printk_info.size), printk_info.size, 'printk_info'),
    );
    const state = desc === undefined ? undefined : word(desc, stateAt);
    const isReusable = state !== undefined && Number(state >> BigInt(idBits)) === reusable;
    if (isReusable) {
      expected = expected === null ? null : expected + 1;
      continue;
    }
    steps.push(Number(step));
    const lose = (lost: string) => records.push({ sequence: expected, lost });
    const isOwn = state !== undefined && BigInt.asUintN(idBits, state) === id;
    demand(state === undefined || isOwn, 'state_var', `of record ${id}`, state ?? 0n);
    if (about !== undefined && isOwn) {
      const sequence = Number(about.uint64(printk_info.seq));
      if (Number(state >> BigInt(idBits)) !== reserved) {
        firstSequence ??= sequence - Number(step);
        demand(
          sequence === firstSequence + Number(step),
          'seq',
          `${firstSequence + Number(step)}`,
          sequence,
        );
      }
      expected = sequence;
    }
    if (desc === undefined || about === undefined || state === undefined) {
      lose('its descriptor is not in the dump');
    } else if (!isOwn) {
      lose('its descriptor is of another record');
    } else if (Number(state >> BigInt(idBits)) === reserved) {
      lose('it was being written');
    } else {
      const found = text.read(
        id,
        word(desc, beginAt),
        word(desc, nextAt),
        about.uint16(printk_info.text_len),
      );
      if (found.bytes === undefined) {
        demand(!found.cannotBe, 'text_blk_lpos', 'a valid place of its text', word(desc, beginAt));
        lose(found.because);
      } else {
        proofs += found.isProved ? 1 : 0;
        const caller = about.uint32(printk_info.caller_id);
        records.push({
          sequence: expected,
          nanoseconds: Number(about.uint64(printk_info.ts_nsec)),
          facility: about.uint8(printk_info.text_len + 2),
          level: levelOf(about.uint8(printk_info.text_len + 3), byteOrder),
          caller: caller >= 0x80000000 ? `C${caller - 0x80000000}` : `T${caller}`,
          text: textOf(found.bytes),
        });
      }
    }
    expected = expected === null ? null : expected + 1;
  }
  demand(
    proofs >= enoughProofs,
    'records',
    `at least ${enoughProofs} that prove the layout`,
    proofs,
  );
  return withNumbersOfPlaces(records, steps);
}
