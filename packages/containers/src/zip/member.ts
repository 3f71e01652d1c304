import { type Damage, VmcorekitError } from '@vmcorekit/core';

/** A file in a zip archive, as its list of entries or its own header states it. */
export interface ZipMember {
  readonly name: string;
  /** File offset of its own header. */
  readonly headerOffset: number;
  /** 0: stored; 8: deflate. */
  readonly method: number;
  readonly flags: number;
  /** Null where a cut archive states it after the data only. */
  readonly crc32: number | null;
  readonly packedInBytes: number;
  /** Null where only unpacking reveals it. */
  readonly sizeInBytes: number | null;
}

export interface ZipMembers {
  readonly members: readonly ZipMember[];
  /** File offset of the end of all members: that of the list of entries. */
  readonly end: number;
  readonly damage: readonly Damage[];
}

/** The header before a member's data. Source: PKWARE, APPNOTE.TXT, 4.3.7. */
export const local = {
  magic: 'PK\x03\x04',
  version: 4,
  flags: 6,
  method: 8,
  crc32: 14,
  packed: 18,
  size: 22,
  nameLength: 26,
  extraLength: 28,
  sizeInBytes: 30,
} as const;

/** An archive of a support case has some thousands. */
export const maxMembers = 100_000;
export const headersPerStep = 256;
export const flag = { encrypted: 1, descriptor: 8, utf8: 0x800 } as const;

/** Throws `unsupported` for an archive of more files than are listed. */
export function checkCount(count: number, fileOffset: number): void {
  if (count > maxMembers) {
    throw new VmcorekitError('unsupported', {
      what: `a zip archive of more than ${maxMembers} files (at file offset ${fileOffset})`,
      advice: 'unpack it first: unzip FILE',
    });
  }
}
