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

/** How lines of the log are written; by default as `dmesg` does. */
export interface LineStyle {
  /** `none` leaves the time out. */
  readonly time?: 'since boot' | 'none';
  /** When the kernel booted, in seconds since 1970: then each time is of the wall clock. */
  readonly bootTime?: number;
  /** The level before each line, as `dmesg -r` does. */
  readonly showsLevel?: boolean;
}

/**
 * The lines that `dmesg` prints for a record, each with the time. No byte from the guest can
 * control the terminal.
 */
export function linesOf(record: LogRecord | LostRecord, style: LineStyle = {}): string[] {
  if ('lost' in record) {
    return [`lost: record ${record.sequence ?? '(not numbered)'}: ${record.lost}`];
  }
  const head = `${style.showsLevel === true ? `<${record.level}>` : ''}${timeText(record, style)}`;
  return record.text.split('\n').map((line) => `${head}${printableLine(line)}`);
}

/** With the space after it; empty for a bare line. */
function timeText({ nanoseconds }: LogRecord, { time, bootTime }: LineStyle): string {
  if (time === 'none') {
    return '';
  }
  if (bootTime !== undefined) {
    const date = new Date(1000 * bootTime + Math.floor(nanoseconds / 1_000_000));
    return `[${date.toISOString().replace(/\.\d+Z$/, 'Z')}] `;
  }
  const microseconds = Math.floor(nanoseconds / 1000);
  const seconds = String(Math.floor(microseconds / 1_000_000)).padStart(5);
  return `[${seconds}.${String(microseconds % 1_000_000).padStart(6, '0')}] `;
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
