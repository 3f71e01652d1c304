import { printableLine, VmcorekitError } from '@vmcorekit/core';

/** One message of the kernel. */
export interface LogRecord {
  /**
   * Its number since boot, exact below 2^53; null where the kernel tells none (before Linux 5.10).
   */
  readonly sequence: number | null;
  /** Since boot; exact below 2^53, which is 104 days. */
  readonly nanoseconds: number;
  /** 0 (emergency) to 7 (debug). */
  readonly level: number;
  readonly facility: number;
  /**
   * `T` and a thread's number or `C` and a CPU's, as CONFIG_PRINTK_CALLER prints it; null where the
   * record holds none.
   */
  readonly caller: string | null;
  readonly text: string;
}

/** A record that is known to have been there, and cannot be read. */
export interface LostRecord {
  readonly sequence: number | null;
  readonly lost: string;
}

/**
 * No log has more: 64 MiB of text at the 32 bytes a record that Linux reckons with (PRB_AVGBITS).
 * Keeps hostile counts harmless.
 */
export const maxRecords: number = 2 ** 21;
/** How many records are read between two chances to stop. */
export const recordsPerStep = 1024;

/**
 * The lines `dmesg` prints of a record: the time before each. No byte of the guest's steers the
 * terminal.
 */
export function linesOf(record: LogRecord | LostRecord): string[] {
  if ('lost' in record) {
    return [`lost: record ${record.sequence ?? '(not numbered)'}: ${record.lost}`];
  }
  const microseconds = Math.floor(record.nanoseconds / 1000);
  const seconds = String(Math.floor(microseconds / 1_000_000)).padStart(5);
  const time = `[${seconds}.${String(microseconds % 1_000_000).padStart(6, '0')}]`;
  return record.text.split('\n').map((line) => `${time} ${printableLine(line)}`);
}

/**
 * Level and facility: two bytes, the second five bits of flags and three of level. Source: struct
 * printk_info, struct printk_log.
 */
export function levelOf(flagsAndLevel: number, byteOrder: 'little' | 'big'): number {
  return byteOrder === 'little' ? flagsAndLevel >> 5 : flagsAndLevel & 7;
}

/**
 * Latin-1, as all text from a dump here: one character a byte, so nothing is lost or invented. A
 * message may hold NUL.
 */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/**
 * Throws `malformed`: a field of the kernel's own structure is not what the kernel can have put
 * there.
 */
export function refuse(
  structure: string,
  field: string,
  wanted: string,
  got: number | bigint,
): never {
  throw new VmcorekitError('malformed', { structure, fileOffset: 0, field, wanted, got });
}
