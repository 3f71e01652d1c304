import { printableLine, VmcorekitError } from '@vmcorekit/core';

/** One message of the kernel. */
export interface LogRecord {
  /**
   * Its number since boot, exact below 2^53. Null where the kernel has no numbers (before Linux
   * 5.10).
   */
  readonly sequence: number | null;
  /** Time since boot; exact below 2^53, which is 104 days. */
  readonly nanoseconds: number;
  /** 0 (emergency) to 7 (debug). */
  readonly level: number;
  readonly facility: number;
  /**
   * `T` and a thread's number, or `C` and a CPU's, as CONFIG_PRINTK_CALLER prints it. Null where
   * the record holds none.
   */
  readonly caller: string | null;
  readonly text: string;
}

/** A record that is known to have existed, and cannot be read. */
export interface LostRecord {
  readonly sequence: number | null;
  readonly lost: string;
}

/**
 * No log has more: 64 MiB of text at Linux's estimate of 32 bytes a record (PRB_AVGBITS). Keeps
 * hostile counts harmless.
 */
export const maxRecords: number = 2 ** 21;
/** The number of records read between two chances to stop. */
export const recordsPerStep = 1024;

/**
 * The lines that `dmesg` prints for a record, each with the time. No byte from the guest can
 * control the terminal.
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
 * Level and facility: two bytes, where the second holds five bits of flags and three of level.
 * Source: struct printk_info, struct printk_log.
 */
export function levelOf(flagsAndLevel: number, byteOrder: 'little' | 'big'): number {
  return byteOrder === 'little' ? flagsAndLevel >> 5 : flagsAndLevel & 7;
}

/**
 * Latin-1, as all text from a dump here: one character a byte, so nothing is lost or invented. A
 * message may contain NUL.
 */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/**
 * Throws `malformed`: a field of the kernel's own structure has a value that the kernel cannot have
 * written.
 */
export function refuse(
  structure: string,
  field: string,
  wanted: string,
  got: number | bigint,
): never {
  throw new VmcorekitError('malformed', { structure, fileOffset: 0, field, wanted, got });
}
