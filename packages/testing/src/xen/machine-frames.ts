import type { SparseMemory } from '../sparse-memory.ts';
import type { XenCorePage } from './build-xen-core.ts';

const pageSizeInBytes = 4096;
const present = 1n;
const large = 0x80n;
const addressMask = 0x000f_ffff_ffff_f000n;
const levels = 4;

/**
 * The stored pages of a kernel's memory as a PV domain has them: its page tables hold machine
 * frames. Large pages stay whole where `frameOf` keeps pages together that they map.
 *
 * @param root the top table of four levels of x86-64
 */
export function pagesWithFrames(
  memory: SparseMemory,
  root: number,
  frameOf: (page: number) => number,
): XenCorePage[] {
  const changed = new Map<number, Uint8Array>();
  const change = (table: number, level: number): void => {
    if (changed.has(table)) {
      return;
    }
    const bytes = memory.read(table, pageSizeInBytes);
    changed.set(table, bytes);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < pageSizeInBytes; at += 8) {
      const entry = view.getBigUint64(at, true);
      if ((entry & present) !== 0n) {
        const to = Number(entry & addressMask);
        const frame = BigInt(frameOf(to / pageSizeInBytes) * pageSizeInBytes);
        view.setBigUint64(at, (entry & ~addressMask) | frame, true);
        if (level > 1 && (entry & large) === 0n) {
          change(to, level - 1);
        }
      }
    }
  };
  change(root, levels);
  return [...memory.storedRuns()].flatMap(({ start, end }) =>
    Array.from({ length: (end - start) / pageSizeInBytes }, (_, index) => {
      const address = start + index * pageSizeInBytes;
      const pfn = address / pageSizeInBytes;
      const bytes = changed.get(address) ?? memory.read(address, pageSizeInBytes);
      return { pfn, gmfn: frameOf(pfn), bytes };
    }),
  );
}
