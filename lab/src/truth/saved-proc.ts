import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Guest } from '../guests/guest.ts';

/** What a guest under load prints once its /proc is on its disk. */
export const savedMark = 'LAB-PROC-SAVED';
export const savedProcFileName = 'proc.json';
/** Far more than a guest saves: 3 MB. */
export const savedProcLimitInBytes: number = 64 * 1024 * 1024;

/** A file's text; or its bytes as Latin-1 where they are not UTF-8. */
export type SavedText = string | { readonly latin1: string };

/** What `proc.json` holds: a guest's /proc and /sys as its `save.py` read them. */
export interface SavedProc {
  readonly schema: 1;
  /** /proc/uptime when the first look began. */
  readonly startedAt: string;
  /** The process that looked. */
  readonly savedBy: number;
  /** By absolute path. A file that could not be read is absent. */
  readonly files: Readonly<Record<string, SavedText>>;
  /** Targets of symbolic links by absolute path. */
  readonly links: Readonly<Record<string, string>>;
  /** Each thread's stat, status, stack, comm and schedstat once more, right after the rest. */
  readonly secondLook: Readonly<Record<string, SavedText>>;
  /** What each task of the load is for: its process, and what this kernel refused. */
  readonly load: Readonly<Record<string, SavedText>>;
  /** Identifiers of the loaded BPF objects. */
  readonly bpf: {
    readonly programs: readonly number[];
    readonly maps: readonly number[];
    readonly links: readonly number[];
  };
}

/** Where on its disk a guest saves it, in bytes: after the memory that a capture kernel copies. */
export function savedProcOffset({
  capturedFormats,
  memoryInMebibytes,
}: Pick<Guest, 'capturedFormats' | 'memoryInMebibytes'>): number {
  return capturedFormats.length > 0 ? memoryInMebibytes * 1024 * 1024 : 0;
}

/**
 * Reads what a guest saved from the start of its disk.
 * @throws {Error} when there is nothing, or not what the guest wrote.
 */
export function extractSavedProc(disk: Uint8Array): string {
  const lineEnd = disk.indexOf(0x0a);
  const line = Buffer.from(disk.subarray(0, Math.max(0, Math.min(lineEnd, 128)))).toString();
  const match = /^LAB-PROC (\d+) ([0-9a-f]{64})$/.exec(line);
  if (match === null) {
    throw new Error('the guest saved no /proc on its disk');
  }
  const data = disk.subarray(lineEnd + 1, lineEnd + 1 + Number(match[1]));
  if (createHash('sha256').update(data).digest('hex') !== match[2]) {
    throw new Error('the /proc on the disk is not what the guest saved');
  }
  return Buffer.from(data).toString();
}

/**
 * Writes `proc.json` from the guest's disk.
 * @param offset where the guest saved it, in bytes
 */
export function keepSavedProc(diskFile: string, offset: number, folder: string): void {
  const disk = Buffer.alloc(savedProcLimitInBytes);
  const descriptor = openSync(diskFile, 'r');
  try {
    const length = readSync(descriptor, disk, 0, disk.length, offset);
    writeFileSync(join(folder, savedProcFileName), extractSavedProc(disk.subarray(0, length)));
  } finally {
    closeSync(descriptor);
  }
}
