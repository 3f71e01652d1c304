import type { MemoryRange, Truth } from '../truth/truth.ts';
import type { Judgement } from './judge.ts';
import type { InfoOutput, Result } from './probe-output.ts';

const pageSizeInBytes = 4096n;
const bytesPerMebibyte = 1024n * 1024n;
/** From 640 KB to 1 MB, devices and firmware may cover the memory. */
const legacyHoleInBytes = 0x60000n;

/**
 * Every page that a guest's kernels call System RAM must be in the dump. A guest without a kernel
 * has at least its size in memory.
 */
export function judgeMemory(result: Result<InfoOutput>, truth: Truth): Judgement {
  if ('failure' in result) {
    return { outcome: 'failed', because: result.failure };
  }
  const ranges = result.output.memory.ranges.map(({ start, end }) => ({
    start: BigInt(start),
    end: BigInt(end),
  }));
  const listed = ranges.reduce((sum, { start, end }) => sum + end - start, 0n);
  if (listed + legacyHoleInBytes < BigInt(truth.memoryInMebibytes) * bytesPerMebibyte) {
    return {
      outcome: 'wrong',
      because: `${listed} bytes of memory, not ${truth.memoryInMebibytes} MB`,
    };
  }
  const missing = truth.kernels
    .flatMap(({ memoryMap }) => memoryMap)
    .filter(({ name }) => name === 'System RAM')
    .map(wholePages)
    .filter(
      (ram) =>
        ram.start < ram.end &&
        !ranges.some(({ start, end }) => start <= ram.start && ram.end <= end),
    );
  return missing.length === 0
    ? { outcome: 'right', because: '' }
    : {
        outcome: 'wrong',
        because: `no memory at ${missing.map(({ start }) => `0x${start.toString(16)}`).join(', ')}`,
      };
}

function wholePages(range: MemoryRange): { readonly start: bigint; readonly end: bigint } {
  const start = (BigInt(range.start) + pageSizeInBytes - 1n) / pageSizeInBytes;
  const end = (BigInt(range.end) + 1n) / pageSizeInBytes;
  return { start: start * pageSizeInBytes, end: end * pageSizeInBytes };
}
