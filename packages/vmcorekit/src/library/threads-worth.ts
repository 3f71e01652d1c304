import { statSync } from 'node:fs';

/** A thread takes 300 ms to open the dump and warm up. One thread reads this much meanwhile. */
export const usualWorthInBytes: number = 256 << 20;

/** Whether several threads are wanted, and these files are large enough to gain by them. */
export function areThreadsWorth(
  files: readonly string[],
  threadCount: number,
  worthInBytes: number,
): boolean {
  return threadCount >= 2 && sizeOf(files) >= worthInBytes;
}

/** The size of all files; 0 if one is not a file, because a thread may not open it so cheaply. */
function sizeOf(files: readonly string[]): number {
  try {
    return files.reduce((sum, file) => sum + statSync(file).size, 0);
  } catch {
    return 0;
  }
}
