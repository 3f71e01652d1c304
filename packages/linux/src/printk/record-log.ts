import { type KernelMemory, type Progress, StructView, tryRead, type VmcoreInfo } from '@vmcorekit/core';
import { type LogRecord, type LostRecord, layoutOf, levelOf, maxRecords, recordsPerStep, refuse, textOf } from './log-record.ts';

/** 64 MiB, as many records as the ring may have at 32 bytes each. */
const sizeLimitInBytes = maxRecords * 32;

/** Where the log's own variables lie. */
export interface RecordLogSymbols {
  readonly log_buf: bigint;
  readonly log_buf_len: bigint;
  readonly log_first_idx: bigint;
  readonly log_next_idx: bigint;
}

/** The four variables as VMCOREINFO tells them; undefined where it lacks one. */
export function recordLogSymbols(info: VmcoreInfo): RecordLogSymbols | undefined {
  const [buffer, length, first, next] = ['log_buf', 'log_buf_len', 'log_first_idx', 'log_next_idx'].map((name) =>
    info.symbol(name),
  );
  return buffer === undefined || length === undefined || first === undefined || next === undefined
    ? undefined
    : { log_buf: buffer, log_buf_len: length, log_first_idx: first, log_next_idx: next };
}

/**
 * The records of Linux before 5.10: headers with their text, one behind the other; a header of length 0 sends the reader to the
 * start, once. The kernel's VMCOREINFO tells no sequence numbers. Throws as `ringRecords` does. Behind an unreadable header nothing
 * more can be found up to the end of the buffer: one lost record is told for all of it.
 * Source: Linux v5.9, kernel/printk/printk.c (struct printk_log).
 */
export function* logRecords(
  memory: KernelMemory,
  info: VmcoreInfo,
  symbols: RecordLogSymbols,
): Generator<Progress, (LogRecord | LostRecord)[], void> {
  const { byteOrder, wordSizeInBits } = memory;
  const uint32At = (address: bigint) => new StructView(memory.read(address, 4), byteOrder, 'log variable').uint32(0);
  const pointer = new StructView(memory.read(symbols.log_buf, wordSizeInBits / 8), byteOrder, 'log_buf');
  const buffer = pointer.uintptr(0, wordSizeInBits);
  const size = uint32At(symbols.log_buf_len);
  const first = uint32At(symbols.log_first_idx);
  const next = uint32At(symbols.log_next_idx);
  if (size > sizeLimitInBytes) {
    refuse('printk log', 'log_buf_len', `at most ${sizeLimitInBytes}`, size);
  }
  if (first >= size || next > size) {
    refuse('printk log', first >= size ? 'log_first_idx' : 'log_next_idx', `within ${size} bytes`, first >= size ? first : next);
  }
  const headerSize = layoutOf(info, 'SIZE(printk_log)');
  const timeAt = layoutOf(info, 'OFFSET(printk_log.ts_nsec)');
  const lengthAt = layoutOf(info, 'OFFSET(printk_log.len)');
  const textLengthAt = layoutOf(info, 'OFFSET(printk_log.text_len)');
  const flagsAt = layoutOf(info, 'OFFSET(printk_log.dict_len)') + 2;
  if (headerSize < 16) {
    refuse('VMCOREINFO', 'SIZE(printk_log)', 'at least 16', headerSize);
  }

  const records: (LogRecord | LostRecord)[] = [];
  let isSecondLap = first <= next;
  const lose = (lost: string) => records.push({ sequence: null, lost });
  for (let at = first, step = 0; at !== next || !isSecondLap; step += 1) {
    if (step % recordsPerStep === 0) {
      yield { kind: 'progress', doing: 'reading the kernel log', fraction: null };
    }
    const end = isSecondLap ? next : size;
    const header =
      at + headerSize > end
        ? undefined
        : tryRead(() => new StructView(memory.read(buffer + BigInt(at), headerSize), byteOrder, 'printk_log'));
    const length = header?.uint16(lengthAt);
    const textLength = header?.uint16(textLengthAt) ?? 0;
    if (header === undefined || length === undefined || length === 0) {
      if (header === undefined && at !== end) {
        lose(`all from byte ${at} of the buffer to byte ${end} cannot be read`);
      }
      if (isSecondLap) {
        if (length === 0) {
          lose(`a record of no length at byte ${at}: the rest cannot be found`);
        }
        break;
      }
      isSecondLap = true;
      at = 0;
    } else if (at + length > end || headerSize + textLength > length) {
      lose(`the record at byte ${at} of the buffer has a length that cannot be: the rest cannot be found`);
      break;
    } else {
      const textAt = buffer + BigInt(at + headerSize);
      const bytes = tryRead(() => memory.read(textAt, textLength));
      if (bytes === undefined) {
        lose('its text is not in the dump');
      } else {
        records.push({
          sequence: null,
          nanoseconds: Number(header.uint64(timeAt)),
          facility: header.uint8(flagsAt),
          level: levelOf(header.uint8(flagsAt + 1), byteOrder),
          caller: null,
          text: textOf(bytes),
        });
      }
      at += length;
    }
  }
  return records;
}
