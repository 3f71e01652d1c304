import {
  type KernelMemory,
  type Progress,
  StructView,
  type TypeTable,
  tryRead,
} from '@vmcorekit/core';
import { LayoutReader } from './layout-reader.ts';
import {
  type LogRecord,
  type LostRecord,
  levelOf,
  maxRecords,
  recordsPerStep,
  refuse,
  textOf,
} from './log-record.ts';

/** 64 MiB, as many records as the ring may have at 32 bytes each. */
const sizeLimitInBytes = maxRecords * 32;

/** The addresses of the log's own variables. */
export interface RecordLogSymbols {
  readonly log_buf: bigint;
  readonly log_buf_len: bigint;
  readonly log_first_idx: bigint;
  readonly log_next_idx: bigint;
}

/**
 * The offsets of a record header's fields (struct printk_log), in bytes. Source: Linux v5.9,
 * kernel/printk/printk.c.
 */
export interface RecordLogLayout {
  /** The source of the layout. */
  readonly from: string;
  readonly size: number;
  readonly ts_nsec: number;
  readonly len: number;
  readonly text_len: number;
  /** Next come `facility`, a byte, and a byte of `flags` and `level`. */
  readonly dict_len: number;
}

/** The layout from a kernel's types. Throws `unsupported` where they lack a part of it. */
export function recordLogLayoutIn(types: TypeTable): RecordLogLayout {
  const reader = new LayoutReader(types);
  const at = (member: string) => reader.offsetOf('printk_log', member);
  const layout = {
    size: reader.sizeOf('printk_log'),
    ts_nsec: at('ts_nsec'),
    len: at('len'),
    text_len: at('text_len'),
    dict_len: at('dict_len'),
  };
  return { from: reader.from, ...layout };
}

/**
 * The layouts without `caller_id` and with it (CONFIG_PRINTK_CALLER, Linux 5.1). Each is a guess;
 * `logRecords` uses one only where the records prove it.
 */
export const knownRecordLogLayouts: readonly RecordLogLayout[] = [
  {
    from: 'the layout of Linux before 5.10',
    size: 16,
    ts_nsec: 0,
    len: 8,
    text_len: 10,
    dict_len: 12,
  },
  {
    from: 'the layout of Linux 5.1 to 5.9 with CONFIG_PRINTK_CALLER',
    size: 20,
    ts_nsec: 0,
    len: 8,
    text_len: 10,
    dict_len: 12,
  },
];
/**
 * A guessed layout must read this correctly: a record's length is that of header, text and
 * dictionary, rounded up to a multiple of this.
 */
const alignmentInBytes = 4;
/** The number of records that a guessed layout must read correctly. */
const enoughProofs = 2;

/**
 * The records of Linux before 5.10: headers with their text, one after the other. A header of
 * length 0 sends the reader to the start, once. This log has no sequence numbers. Throws as
 * `ringRecords` does. As there, a guessed layout must prove itself: by each record's length, and by
 * the end of the last one. After an unreadable header nothing can be found up to the end of the
 * buffer, so one lost record stands for all of it. Source: Linux v5.9, kernel/printk/printk.c
 * (struct printk_log).
 */
export function* logRecords(
  memory: KernelMemory,
  layout: RecordLogLayout,
  symbols: RecordLogSymbols,
  isGuessed: boolean = false,
): Generator<Progress, (LogRecord | LostRecord)[], void> {
  const { byteOrder, wordSizeInBits } = memory;
  const uint32At = (address: bigint) =>
    new StructView(memory.read(address, 4), byteOrder, 'log variable').uint32(0);
  const pointer = new StructView(
    memory.read(symbols.log_buf, wordSizeInBits / 8),
    byteOrder,
    'log_buf',
  );
  const buffer = pointer.uintptr(0, wordSizeInBits);
  const size = uint32At(symbols.log_buf_len);
  const first = uint32At(symbols.log_first_idx);
  const next = uint32At(symbols.log_next_idx);
  if (size > sizeLimitInBytes) {
    refuse('printk log', 'log_buf_len', `at most ${sizeLimitInBytes}`, size);
  }
  if (first >= size || next > size) {
    refuse(
      'printk log',
      first >= size ? 'log_first_idx' : 'log_next_idx',
      `within ${size} bytes`,
      first >= size ? first : next,
    );
  }
  const headerSize = layout.size;
  if (headerSize < 16) {
    refuse(layout.from, 'the size of struct printk_log', 'at least 16', headerSize);
  }
  const demand = (holds: boolean, field: string, wanted: string, got: number) => {
    if (isGuessed && !holds) {
      refuse(`printk log by ${layout.from}`, field, wanted, got);
    }
  };

  const records: (LogRecord | LostRecord)[] = [];
  let proofs = 0;
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
        : tryRead(
            () =>
              new StructView(memory.read(buffer + BigInt(at), headerSize), byteOrder, 'printk_log'),
          );
    const length = header?.uint16(layout.len);
    const textLength = header?.uint16(layout.text_len) ?? 0;
    if (header === undefined || length === undefined || length === 0) {
      if (header === undefined && at !== end) {
        demand(at + headerSize <= end, 'log_next_idx', 'where a record ends', end);
        lose(`all from byte ${at} of the buffer to byte ${end} cannot be read`);
      }
      if (isSecondLap) {
        if (length === 0) {
          demand(false, 'len', 'not 0', 0);
          lose(`a record of no length at byte ${at}: the rest cannot be found`);
        }
        break;
      }
      isSecondLap = true;
      at = 0;
    } else if (at + length > end || headerSize + textLength > length) {
      demand(false, 'len', 'the length of a record', length);
      lose(
        `the record at byte ${at} of the buffer has an impossible length: the rest cannot be found`,
      );
      break;
    } else {
      const used = headerSize + textLength + header.uint16(layout.dict_len);
      demand(
        length >= used && length < used + alignmentInBytes,
        'len',
        `${used}, or up to ${alignmentInBytes - 1} more`,
        length,
      );
      proofs += 1;
      const textAt = buffer + BigInt(at + headerSize);
      const bytes = tryRead(() => memory.read(textAt, textLength));
      if (bytes === undefined) {
        lose('its text is not in the dump');
      } else {
        records.push({
          sequence: null,
          nanoseconds: Number(header.uint64(layout.ts_nsec)),
          facility: header.uint8(layout.dict_len + 2),
          level: levelOf(header.uint8(layout.dict_len + 3), byteOrder),
          caller: null,
          text: textOf(bytes),
        });
      }
      at += length;
    }
  }
  demand(
    proofs >= enoughProofs,
    'records',
    `at least ${enoughProofs} that prove the layout`,
    proofs,
  );
  return records;
}
