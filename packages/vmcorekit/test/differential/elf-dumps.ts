import { buildElf, type ElfSegmentSpec, eraseinfoNote, vmcoreinfoNote } from '@vmcorekit/testing';
import fc from 'fast-check';
import { byteAt, type GeneratedDump, Truth } from './truth.ts';

/** So many that memory is not large. */
function pagesOf(pageSizeInBytes: number): number {
  return pageSizeInBytes === 65_536 ? 4 : 10;
}

interface Machine {
  readonly name: string;
  readonly e_machine: number;
  readonly wordSizeInBits: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  /** The usual one first. */
  readonly pageSizes: readonly [number, ...number[]];
}

const machines: readonly Machine[] = [
  { name: 'x86_64', e_machine: 62, wordSizeInBits: 64, byteOrder: 'little', pageSizes: [4096] },
  { name: 's390x', e_machine: 22, wordSizeInBits: 64, byteOrder: 'big', pageSizes: [4096] },
  { name: 'i386', e_machine: 3, wordSizeInBits: 32, byteOrder: 'little', pageSizes: [4096] },
  { name: 'ppc', e_machine: 20, wordSizeInBits: 32, byteOrder: 'big', pageSizes: [4096, 16_384] },
  {
    name: 'arm64',
    e_machine: 183,
    wordSizeInBits: 64,
    byteOrder: 'little',
    pageSizes: [4096, 16_384, 65_536],
  },
  { name: 'ppc64', e_machine: 21, wordSizeInBits: 64, byteOrder: 'big', pageSizes: [65_536, 4096] },
];

/** A place or a length: whole pages, pieces of 512 bytes, or any number of bytes. */
function extentIn(pageSizeInBytes: number, limitInPages: number): fc.Arbitrary<number> {
  const limit = limitInPages * pageSizeInBytes;
  return fc.oneof(
    fc.nat(limitInPages).map((count) => count * pageSizeInBytes),
    fc.nat(limit / 512).map((count) => count * 512),
    fc.nat(limit),
  );
}

const anyPageSize = fc.constantFrom(...machines).chain((machine) =>
  fc.record({
    machine: fc.constant(machine),
    pageSizeInBytes: fc.constantFrom(...machine.pageSizes),
    /** How a file says that its page size is another than the usual one. */
    statedBy: fc.constantFrom('p_align', 'VMCOREINFO'),
  }),
);

/** ELF dumps whose segments lie anywhere, overlap, have tails, and whose file may be cut. */
export const anyElfDump: fc.Arbitrary<GeneratedDump> = anyPageSize.chain(
  ({ machine, pageSizeInBytes, statedBy }) => {
    const pages = pagesOf(pageSizeInBytes);
    const segment = fc.record({
      start: extentIn(pageSizeInBytes, pages - 1).map((start) => Math.max(1, start)),
      size: extentIn(pageSizeInBytes, 3).map((size) => Math.max(1, size)),
      tail: fc.oneof(fc.constant(0), extentIn(pageSizeInBytes, 3)),
      isZero: fc.boolean(),
    });
    return fc
      .record({
        segments: fc.array(segment, { minLength: 1, maxLength: 8 }),
        filtered: fc.constantFrom('no', 'VMCOREINFO', 'ERASEINFO'),
        cut: fc.oneof(
          { weight: 4, arbitrary: fc.constant(0) },
          { weight: 1, arbitrary: extentIn(pageSizeInBytes, 2) },
        ),
      })
      .map((recipe) => {
        const { segments, filtered, cut } = recipe;
        const isUsual = pageSizeInBytes === machine.pageSizes[0];
        const isStated = filtered === 'VMCOREINFO' || (!isUsual && statedBy === 'VMCOREINFO');
        const notes = [
          ...(isStated ? [vmcoreinfoNote(`OSRELEASE=6.1.0\nPAGESIZE=${pageSizeInBytes}\n`)] : []),
          ...(filtered === 'ERASEINFO' ? [eraseinfoNote('erase x\n')] : []),
        ];
        const memorySizeInBytes = pages * pageSizeInBytes;
        const loads = segments.map(({ start, size, tail, isZero }, seed) => {
          const fileSize = Math.min(size, memorySizeInBytes - start);
          const data = isZero
            ? new Uint8Array(fileSize)
            : Uint8Array.from({ length: fileSize }, (_, at) => byteAt(start + at, seed));
          return {
            p_paddr: start,
            p_memsz: Math.min(fileSize + tail, memorySizeInBytes - start),
            data,
          };
        });
        const p_align = isUsual ? 0 : pageSizeInBytes;
        const spec: ElfSegmentSpec[] = loads.map((load) => ({ p_type: 1, ...load, p_align }));
        const { wordSizeInBits, byteOrder, e_machine } = machine;
        const { bytes, segmentOffsets } = buildElf({
          wordSizeInBits,
          byteOrder,
          segments: [{ notes }, ...spec],
          fields: { e_machine },
        });
        // Headers and notes stay.
        const fileSizeInBytes = Math.max(segmentOffsets[1] ?? bytes.length, bytes.length - cut);
        const truth = new Truth(pageSizeInBytes, pages);
        const hasTails = isStated || filtered === 'ERASEINFO' ? 'excluded' : 'zero';
        for (const kind of [hasTails, 'corrupt', 'stored'] as const) {
          // The first in the file wins among equals, so the last is painted first.
          for (const [index, { p_paddr, p_memsz, data }] of [...loads.entries()].toReversed()) {
            const inFile = Math.max(
              0,
              Math.min(data.length, fileSizeInBytes - (segmentOffsets[index + 1] ?? 0)),
            );
            const [from, to] =
              kind === hasTails
                ? [data.length, p_memsz]
                : kind === 'corrupt'
                  ? [inFile, data.length]
                  : [0, inFile];
            for (let at = from; at < to; at++) {
              truth.set(p_paddr + at, kind, kind === 'stored' ? data[at] : 0);
            }
          }
        }
        return {
          files: [bytes.subarray(0, fileSizeInBytes)],
          truth,
          isDamaged: fileSizeInBytes < bytes.length,
          recipe: { machine: machine.name, pageSizeInBytes, statedBy, ...recipe },
        };
      });
  },
);
