import type { KernelView, MappedRun, Progress, VirtualRange } from '@vmcorekit/core';
import { directMapped, readImagePage } from './lost-tables.ts';

const pageSizeInBytes = 4096;
const wordSizeInBytes = 8;
/** Kernels have some 20 MiB of data; with lock debugging, three times as much. */
const searchedInBytes = 128 * 1024 * 1024;
/**
 * The kernel half begins here, in the upper half of a word; image addresses lie above the latter.
 */
const kernelHalf = 0xff00_0000;
const imageHalf = 0xffff_ffff;
/** The limit of distinct values to translate; 6.1 has some thousands. */
const maxTranslations = 65_536;

/** A word of a kernel's own data, and the note that it points to. */
export interface NotePointer {
  /** The address of the word. */
  readonly variable: bigint;
  readonly notePhysicalAddress: number;
}

/**
 * The words of a kernel's data that lead to one of these notes. Linux keeps such a pointer in
 * `vmcoreinfo_note` since 4.13. Returns none where there is too much to search, because the unread
 * part may contradict it.
 */
export function* findNotePointers(
  kernel: Pick<KernelView, 'dump' | 'memory' | 'runs'>,
  notes: ReadonlySet<number>,
): Generator<Progress, readonly NotePointer[], void> {
  const places = new Set([...notes].map((address) => address % pageSizeInBytes));
  const translated = new Map<bigint, number | undefined>();
  const found: NotePointer[] = [];
  const page = new Uint8Array(pageSizeInBytes);
  const ranges = dataRanges(kernel.runs);
  if (ranges.reduce((sum, { start, end }) => sum + Number(end - start), 0) > searchedInBytes) {
    return [];
  }
  for (const { start, end } of ranges) {
    for (let at = start; at < end; at += BigInt(pageSizeInBytes)) {
      for (const [offset, value] of readImagePage(kernel, at, page)
        ? pointersIn(page, places)
        : []) {
        if (!translated.has(value)) {
          if (translated.size >= maxTranslations) {
            return [];
          }
          translated.set(value, directMapped(kernel, value));
        }
        const notePhysicalAddress = translated.get(value);
        if (notePhysicalAddress !== undefined && notes.has(notePhysicalAddress)) {
          found.push({ variable: at + BigInt(offset), notePhysicalAddress });
        }
      }
      yield {
        kind: 'progress',
        doing: "searching the kernel's data for a pointer to VMCOREINFO",
        fraction: null,
      };
    }
  }
  return found;
}

/** What an image maps writable, and its gaps: a gap may be a lost table. */
function dataRanges(runs: readonly MappedRun[]): VirtualRange[] {
  return runs.flatMap((run, index) => {
    const end = run.virtualAddress + BigInt(run.lengthInBytes);
    const next = runs[index + 1]?.virtualAddress ?? end;
    return [
      ...(run.isWritable ? [{ start: run.virtualAddress, end }] : []),
      ...(next > end ? [{ start: end, end: next }] : []),
    ];
  });
}

/** Words that may be direct map addresses of one of these page offsets. */
function* pointersIn(
  bytes: Uint8Array,
  places: ReadonlySet<number>,
): Generator<readonly [number, bigint], void, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + wordSizeInBytes <= bytes.length; at += wordSizeInBytes) {
    const upper = view.getUint32(at + 4, true);
    if (
      upper >= kernelHalf &&
      upper < imageHalf &&
      places.has(view.getUint32(at, true) % pageSizeInBytes)
    ) {
      yield [at, view.getBigUint64(at, true)];
    }
  }
}
