import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { VmcorekitError } from '@vmcorekit/core';

/** What a dump is, whatever its files are called. docs/fleet.md says what it means. */
export interface DumpIdentity {
  /** SHA-256 of the sizes and of what was read, as hexadecimal digits. */
  readonly digest: string;
  /** Of all files. */
  readonly sizeInBytes: number;
  /** Whether bytes were left out: then only a comparison of all bytes proves two dumps equal. */
  readonly isSampled: boolean;
}

const mebibyte = 1024 * 1024;
/** Up to this size all of a file is read. */
export const maxWholeInBytes: number = 16 * mebibyte;
/** Raw images often have zeros at both ends, so places in between are read too. */
const blockCount = 64;
const blockInBytes = 64 * 1024;
const endInBytes = mebibyte;

/** A part of a file. */
export interface Range {
  readonly offset: number;
  readonly lengthInBytes: number;
}

/** What is read of a file of a size: all of a small one; of a larger one both ends and samples. */
export function sampledRanges(sizeInBytes: number): Range[] {
  if (sizeInBytes <= maxWholeInBytes) {
    return [{ offset: 0, lengthInBytes: sizeInBytes }];
  }
  const step = (sizeInBytes - 2 * endInBytes - blockInBytes) / (blockCount - 1);
  return [
    { offset: 0, lengthInBytes: endInBytes },
    ...Array.from({ length: blockCount }, (_, index) => ({
      offset: endInBytes + Math.floor(index * step),
      lengthInBytes: blockInBytes,
    })),
    { offset: sizeInBytes - endInBytes, lengthInBytes: endInBytes },
  ];
}

/**
 * The identity of the files of one dump, in their order. Rejects with errors of the file system,
 * and for a file that ends while it is read.
 */
export async function identify(files: readonly string[]): Promise<DumpIdentity> {
  const digest = createHash('sha256').update('vmcorekit fleet 1\n');
  let sum = 0;
  let isSampled = false;
  for (const path of files) {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      digest.update(`${size}\n`);
      sum += size;
      isSampled ||= size > maxWholeInBytes;
      for (const range of sampledRanges(size)) {
        digest.update(await bytesAt(file, range, path));
      }
    } finally {
      await file.close();
    }
  }
  return { digest: digest.digest('hex'), sizeInBytes: sum, isSampled };
}

/** SHA-256 over every byte of the files, in their order. Rejects as `identify` does. */
export async function wholeDigestOf(files: readonly string[]): Promise<string> {
  const digest = createHash('sha256').update('vmcorekit fleet, every byte\n');
  for (const path of files) {
    const { size } = await stat(path);
    digest.update(`${size}\n`);
    for await (const bytes of createReadStream(path, { highWaterMark: mebibyte })) {
      digest.update(bytes as Uint8Array);
    }
  }
  return digest.digest('hex');
}

async function bytesAt(
  file: FileHandle,
  { offset, lengthInBytes }: Range,
  path: string,
): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(lengthInBytes);
  for (let at = 0; at < lengthInBytes; ) {
    const { bytesRead } = await file.read(bytes, at, lengthInBytes - at, offset + at);
    if (bytesRead === 0) {
      throw new VmcorekitError('io', { file: path, because: 'became shorter while it was read' });
    }
    at += bytesRead;
  }
  return bytes;
}
