import { type KernelMemory, type Progress, StructView, tryRead, type VmcoreInfo } from '@vmcorekit/core';
import { type LogRecord, type LostRecord, layoutOf, levelOf, maxRecords, recordsPerStep, refuse, textOf } from './log-record.ts';
import { TextRing } from './text-ring.ts';

const reserved = 0;
const reusable = 3;

/**
 * The records of the lockless ring of Linux 5.10 and later, oldest first. `ringPointer` is the address of the variable `prb`. Reads no
 * more descriptors than the ring has. Throws `unsupported` where VMCOREINFO lacks a field, `malformed` where the ring's own
 * fields cannot be, `not-mapped` or `page-unreadable` where the ring itself cannot be read.
 * Source: Linux, kernel/printk/printk_ringbuffer.{c,h}.
 */
export function* ringRecords(
  memory: KernelMemory,
  info: VmcoreInfo,
  ringPointer: bigint,
): Generator<Progress, (LogRecord | LostRecord)[], void> {
  const { byteOrder } = memory;
  const told = (key: Parameters<VmcoreInfo['layout']>[0]) => layoutOf(info, key);
  const wordSizeInBits = layoutOf(info, 'SIZE(atomic_long_t)') === 4 ? 32 : 64;
  const read = (address: bigint, size: number, name: string) => new StructView(memory.read(address, size), byteOrder, name);
  const word = (view: StructView, offset: number) => view.uintptr(offset, wordSizeInBits);
  const counter = told('OFFSET(atomic_long_t.counter)');

  const ringAddress = word(read(ringPointer, wordSizeInBits / 8, 'prb'), 0);
  const ring = read(ringAddress, told('SIZE(printk_ringbuffer)'), 'printk_ringbuffer');
  const descRing = new StructView(
    ring.slice(told('OFFSET(printk_ringbuffer.desc_ring)'), told('SIZE(prb_desc_ring)')),
    byteOrder,
    'prb_desc_ring',
  );
  const countBits = descRing.uint32(told('OFFSET(prb_desc_ring.count_bits)'));
  if (countBits < 1 || 2 ** countBits > maxRecords) {
    refuse('prb_desc_ring', 'count_bits', `1 to ${Math.log2(maxRecords)}`, countBits);
  }
  const count = 1n << BigInt(countBits);
  const descs = word(descRing, told('OFFSET(prb_desc_ring.descs)'));
  const infos = word(descRing, told('OFFSET(prb_desc_ring.infos)'));
  const idBits = wordSizeInBits - 2;
  const idOf = (key: 'head_id' | 'tail_id') =>
    BigInt.asUintN(idBits, word(descRing, told(`OFFSET(prb_desc_ring.${key})`) + counter));
  const tail = idOf('tail_id');
  const held = BigInt.asUintN(idBits, idOf('head_id') - tail) + 1n;
  if (held > count) {
    refuse('prb_desc_ring', 'head_id', `at most ${count - 1n} beyond tail_id`, held - 1n);
  }
  const text = new TextRing(memory, info, ring, wordSizeInBits);

  const descSize = told('SIZE(prb_desc)');
  const infoSize = told('SIZE(printk_info)');
  const lposAt = told('OFFSET(prb_desc.text_blk_lpos)');
  const stateAt = told('OFFSET(prb_desc.state_var)') + counter;
  const beginAt = lposAt + told('OFFSET(prb_data_blk_lpos.begin)');
  const nextAt = lposAt + told('OFFSET(prb_data_blk_lpos.next)');
  const sequenceAt = told('OFFSET(printk_info.seq)');
  const timeAt = told('OFFSET(printk_info.ts_nsec)');
  const lengthAt = told('OFFSET(printk_info.text_len)');
  const callerAt = told('OFFSET(printk_info.caller_id)');

  const records: (LogRecord | LostRecord)[] = [];
  /** Sequence numbers rise by one with each descriptor: an unreadable one has the number between its neighbours'. */
  let expected: number | null = null;
  for (let step = 0n; step < held; step += 1n) {
    if (Number(step) % recordsPerStep === 0) {
      yield { kind: 'progress', doing: 'reading the kernel log', fraction: Number(step) / Number(held) };
    }
    const id = BigInt.asUintN(idBits, tail + step);
    const index = id & (count - 1n);
    const desc = tryRead(() => read(descs + index * BigInt(descSize), descSize, 'prb_desc'));
    const about = tryRead(() => read(infos + index * BigInt(infoSize), infoSize, 'printk_info'));
    const state = desc === undefined ? undefined : word(desc, stateAt);
    const isReusable = state !== undefined && Number(state >> BigInt(idBits)) === reusable;
    if (isReusable) {
      expected = expected === null ? null : expected + 1;
      continue;
    }
    const lose = (lost: string) => records.push({ sequence: expected, lost });
    const isOwn = state !== undefined && BigInt.asUintN(idBits, state) === id;
    if (about !== undefined && isOwn) {
      expected = Number(about.uint64(sequenceAt));
    }
    if (desc === undefined || about === undefined || state === undefined) {
      lose('its descriptor is not in the dump');
    } else if (!isOwn) {
      lose('its descriptor is of another record');
    } else if (Number(state >> BigInt(idBits)) === reserved) {
      lose('it was being written');
    } else {
      const found = text.read(id, word(desc, beginAt), word(desc, nextAt), about.uint16(lengthAt));
      if (found.bytes === undefined) {
        lose(found.because);
      } else {
        const caller = about.uint32(callerAt);
        records.push({
          sequence: expected,
          nanoseconds: Number(about.uint64(timeAt)),
          facility: about.uint8(lengthAt + 2),
          level: levelOf(about.uint8(lengthAt + 3), byteOrder),
          caller: caller >= 0x80000000 ? `C${caller - 0x80000000}` : `T${caller}`,
          text: textOf(found.bytes),
        });
      }
    }
    expected = expected === null ? null : expected + 1;
  }
  return records;
}
