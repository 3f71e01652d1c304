import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ExtractReport } from '@vmcorekit/analyzers';
import type { Dump } from '@vmcorekit/core';
import type { Invocation } from '../command.ts';
import { asOutputError } from '../io.ts';
import { FileOutput } from '../library/writing/outputs.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

const pieceInBytes = 2 ** 20;
/** Hashing the zeros of a larger file with holes takes minutes. */
const hashedUpToInBytes = 2 ** 36;

/** A file that was written. */
export interface ExtractedFile {
  readonly path: string;
  readonly sizeInBytes: number;
  /** Null for a file that is too large to hash. */
  readonly sha256: string | null;
}

/**
 * Writes a file out of the page cache: only its owner may read it. Holes and what is missing become
 * holes of the new file, which read as zeros. Throws `OutputError`, and `page-unreadable`.
 */
export async function extractFile(
  { io, global }: Pick<Invocation, 'io' | 'global'>,
  { image, files }: Dump,
  { parts, sizeInBytes }: ExtractReport,
  path: string,
  mayReplace: boolean,
): Promise<ExtractedFile> {
  const { signal } = io;
  const attempt = <Result>(work: () => Result): Result => asOutputError(work, '--force');
  const hash = sizeInBytes <= hashedUpToInBytes ? createHash('sha256') : null;
  const zeros = new Uint8Array(pieceInBytes);
  using output = new FileOutput(path, { mayReplace, signal, attempt });
  using line = new ProgressLine(io, global.quiet, sizeInBytes);
  for (const { offsetInBytes, lengthInBytes, physicalAddress } of parts) {
    if (physicalAddress === null && hash === null) {
      continue;
    }
    for (let done = 0; done < lengthInBytes; done += pieceInBytes) {
      signal.throwIfAborted();
      const length = Math.min(pieceInBytes, lengthInBytes - done);
      const bytes =
        physicalAddress === null
          ? zeros.subarray(0, length)
          : image.memory.read(Number(physicalAddress) + done, length);
      hash?.update(bytes);
      if (physicalAddress !== null) {
        output.writeAt(offsetInBytes + done, bytes);
      }
      const fraction = (offsetInBytes + done) / sizeInBytes;
      line.show({ kind: 'progress', doing: 'writing the file', fraction }, files[0] ?? '');
      await setImmediate();
    }
  }
  // A hole at the end.
  if (output.sizeInBytes < sizeInBytes) {
    output.writeAt(sizeInBytes - 1, zeros.subarray(0, 1));
  }
  await output.commit();
  return { path, sizeInBytes, sha256: hash?.digest('hex') ?? null };
}
