import { statSync } from 'node:fs';
import type { Dump } from '@vmcorekit/core';

/** A thread takes 300 ms to open the dump and warm up. One thread reads this much meanwhile. */
export const usualWorthInBytes: number = 256 << 20;

/** Containers that a thread opens by the heads in a file; it would unpack another once more. */
const openedByHeads: ReadonlySet<string> = new Set(['flattened', 'lzop']);

/**
 * Whether several threads are wanted, and the files are large enough to gain by them. Threads
 * cannot open a dump whose layout a search found: only this one knows it.
 */
export function areThreadsWorth(
  { files, containers, image }: Pick<Dump, 'files' | 'containers' | 'image'>,
  threadCount: number,
  worthInBytes: number,
): boolean {
  return (
    threadCount >= 2 &&
    image.memoryLayout === undefined &&
    image.layoutsBy === undefined &&
    containers.every((name) => openedByHeads.has(name)) &&
    sizeOf(files) >= worthInBytes
  );
}

/** The size of all files; 0 if one is not a file, because a thread may not open it so cheaply. */
function sizeOf(files: readonly string[]): number {
  try {
    return files.reduce((sum, file) => sum + statSync(file).size, 0);
  } catch {
    return 0;
  }
}
