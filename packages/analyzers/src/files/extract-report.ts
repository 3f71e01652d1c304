import { hex } from '@vmcorekit/core';
import type { CachedFile, FilePart, MissingReason } from '@vmcorekit/linux';

/** A part of a file: where it lies in the dump, or why it is not there. */
export interface ExtractPart {
  readonly offsetInBytes: number;
  readonly lengthInBytes: number;
  /** Null for a hole, which reads as zeros, and for what is missing. */
  readonly physicalAddress: string | null;
  /** Null for what is there, and for a hole. */
  readonly missing: MissingReason | null;
}

/** The `data` of the `extract` analyzer: a file, and where the dump has its bytes. */
export interface ExtractReport {
  /** As it was asked for. */
  readonly path: string;
  readonly inode: string;
  readonly inodeNumber: number | null;
  /** How many names the file has; 0 for a deleted one. */
  readonly links: number;
  readonly fileSystem: string | null;
  readonly sizeInBytes: number;
  readonly heldInBytes: number;
  /** Zeros by the kernel's own word. */
  readonly holesInBytes: number;
  readonly missingInBytes: number;
  /** Ascending, without gaps, up to the size. */
  readonly parts: readonly ExtractPart[];
}

/** A sentence for a size that no file has. */
export function extractReport(path: string, file: CachedFile): ExtractReport | string {
  const sizeInBytes = Number(file.sizeInBytes);
  if (!Number.isSafeInteger(sizeInBytes)) {
    return `its size of ${file.sizeInBytes} bytes is none of a real file`;
  }
  const parts = file.parts
    .map((part) => extractPart(part, sizeInBytes))
    .filter(({ lengthInBytes }) => lengthInBytes > 0);
  const sum = (isWanted: (part: ExtractPart) => boolean): number =>
    parts.filter(isWanted).reduce((total, part) => total + part.lengthInBytes, 0);
  const { address, number, links } = file.inode;
  return {
    path,
    inode: hex(address),
    inodeNumber: Number.isSafeInteger(Number(number)) ? Number(number) : null,
    links,
    fileSystem: file.fileSystem,
    sizeInBytes,
    heldInBytes: sum(({ physicalAddress }) => physicalAddress !== null),
    holesInBytes: sum(
      ({ physicalAddress, missing }) => physicalAddress === null && missing === null,
    ),
    missingInBytes: sum(({ missing }) => missing !== null),
    parts,
  };
}

function extractPart(part: FilePart, sizeInBytes: number): ExtractPart {
  const offsetInBytes = Number(part.offsetInBytes);
  return {
    offsetInBytes,
    lengthInBytes: Math.min(Number(part.lengthInBytes), sizeInBytes - offsetInBytes),
    physicalAddress: part.physicalAddress === null ? null : hex(part.physicalAddress),
    missing: part.missing,
  };
}
