import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import {
  BufferSink,
  BufferSource,
  type Dump,
  isVmcorekitError,
  type Verdict,
} from '@vmcorekit/core';
import { FlattenedSink } from '@vmcorekit/format-kdump';
import {
  buildElf,
  buildKdump,
  buildSplitKdump,
  type KdumpSpec,
  propertyCases,
  propertyRuns,
  prstatusNote,
  qemuElf,
  qemuKdump,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { createDefaultToolkit } from '../dist/index.js';

const toolkit = createDefaultToolkit();
const blockSizeInBytes = 512;
const pagesLooked = 24;

function pageOf(pfn: number, sizeInBytes: number = blockSizeInBytes): Uint8Array {
  return new Uint8Array(sizeInBytes).map((_, index) => (index % 16 === 0 ? pfn + 1 : index % 7));
}

const spec: KdumpSpec = {
  blockSizeInBytes,
  compression: { flag: 1, encode: (page) => deflateSync(page) },
  maxMapnr: pagesLooked,
  pages: [1, 2, 5, 6, 20].map((pfn) => ({ pfn, bytes: pageOf(pfn) })),
  notes: [prstatusNote({ pr_pid: 1 })],
  vmcoreinfo: 'OSRELEASE=6.1\n',
};

function flattened(bytes: Uint8Array): Uint8Array {
  const output = new BufferSink();
  const sink = new FlattenedSink(output);
  // Backwards, as no writer does but the format allows: what is cut off then is the head.
  for (const start of [0, 1024, 512, 1536, 3072, 2048]) {
    sink.writeAt(
      start,
      bytes.subarray(start, start + (start === 3072 ? bytes.length : start === 2048 ? 1024 : 512)),
    );
  }
  sink.finish();
  return output.bytes.slice();
}

const kdump = buildKdump(spec).bytes;
const segments = [
  { p_paddr: 0x1000, data: pageOf(1, 0x400) },
  { p_paddr: 0x5000, data: pageOf(2, 0x300), p_memsz: 0x1000 },
];
const files: Readonly<Record<string, Uint8Array>> = {
  'a KDUMP file': kdump,
  "QEMU's KDUMP file": buildKdump(qemuKdump(spec)).bytes,
  'a big-endian 32-bit KDUMP file': buildKdump({
    ...spec,
    wordSizeInBits: 32,
    byteOrder: 'big',
    subHeader: 'padded',
  }).bytes,
  'a part of a split KDUMP file': buildSplitKdump(spec, [6])[1]?.bytes ?? kdump,
  'a flattened KDUMP file': flattened(kdump),
  'an ELF file': buildElf({ segments: [{ notes: [prstatusNote({ pr_pid: 1 })] }, ...segments] })
    .bytes,
  "QEMU's ELF file": buildElf(qemuElf(segments)).bytes,
  'a big-endian 32-bit ELF file': buildElf({ wordSizeInBits: 32, byteOrder: 'big', segments })
    .bytes,
};

const { compression: _zlib, ...uncompressed } = spec;
const plainFiles: Readonly<Record<string, Uint8Array>> = {
  'a KDUMP file': buildKdump(uncompressed).bytes,
  'an ELF file': buildElf({
    segments: [{ p_paddr: 0x1000, data: pageOf(1, 0x4000) }, ...segments.slice(1)],
  }).bytes,
};
const recordSizeInBytes = 64;

const mainKinds: ReadonlySet<string> = new Set([
  'a KDUMP file',
  'a flattened KDUMP file',
  'an ELF file',
]);

/** The first bytes of each page that can be read, by PFN; undefined where the file is refused. */
async function readable(
  bytes: Uint8Array,
): Promise<{ readonly pages: Map<number, string>; readonly isSound: boolean } | undefined> {
  let dump: Dump;
  try {
    dump = await toolkit.open(new BufferSource(bytes, 'cut'));
  } catch (error) {
    rethrowForeign(error);
    return undefined;
  }
  using opened = dump;
  const { isSound } = await toolkit.verify(opened);
  const pages = new Map<number, string>();
  for (let pfn = 0; pfn < pagesLooked; pfn++) {
    try {
      pages.set(
        pfn,
        Buffer.from(
          opened.image.memory.read(pfn * opened.image.memory.pageSizeInBytes, 16),
        ).toString('hex'),
      );
    } catch (error) {
      rethrowForeign(error, 'page-unreadable');
    }
  }
  return { pages, isSound };
}

/** Any other error fails the test, with its own stack. */
function rethrowForeign(error: unknown, code?: 'page-unreadable'): void {
  if (!isVmcorekitError(error, code)) {
    throw error;
  }
}

describe('a file that is cut', () => {
  for (const [index, [what, bytes]] of Object.entries(files).entries()) {
    // At one byte in five, from another start for each kind; at one in ten for kinds that share
    // most of their code with another. Continuous integration tries five times as many.
    const lengths = propertyCases([...bytes.keys()], mainKinds.has(what) ? 5 : 10, index);
    it(`at any byte, ${what}, gives only what lies before the cut, and is not sound`, async () => {
      const whole = await readable(bytes);
      expect(whole?.pages.size).to.be.greaterThan(0);
      let before = new Map<number, string>();
      let isOpened = false;
      for (const length of lengths) {
        const cut = await readable(bytes.subarray(0, length));
        expect(isOpened && cut === undefined, `${length}: a shorter file was opened`).to.equal(
          false,
        );
        isOpened = cut !== undefined;
        for (const [pfn, page] of cut?.pages ?? []) {
          expect(page, `page ${pfn} of ${length} bytes`).to.equal(whole?.pages.get(pfn));
        }
        for (const pfn of before.keys()) {
          expect(
            cut?.pages.has(pfn),
            `page ${pfn} could be read of fewer than ${length} bytes`,
          ).to.equal(true);
        }
        before = cut?.pages ?? before;
        const isLess = cut !== undefined && cut.pages.size < (whole?.pages.size ?? 0);
        expect(isLess && cut.isSound, `${length} bytes lack pages, and are called sound`).to.equal(
          false,
        );
      }
    });
  }

  for (const [what, bytes] of Object.entries(plainFiles)) {
    it(`after a flattened record, ${what} never has zeros for records that are lost`, async () => {
      const whole = await readable(bytes);
      expect(whole?.pages.size).to.be.greaterThan(0);
      const starts = Array.from(
        { length: Math.ceil(bytes.length / recordSizeInBytes) - 1 },
        (_, index) => index + 1,
      );
      await fc.assert(
        fc.asyncProperty(fc.shuffledSubarray(starts), async (kept) => {
          const output = new BufferSink();
          const sink = new FlattenedSink(output);
          for (const start of [0, ...kept]) {
            const from = start * recordSizeInBytes;
            sink.writeAt(from, bytes.subarray(from, from + recordSizeInBytes));
          }
          for (const [pfn, page] of (await readable(output.bytes))?.pages ?? []) {
            expect(page, `page ${pfn}`).to.equal(whole?.pages.get(pfn));
          }
        }),
        { numRuns: propertyRuns(60) },
      );
    });
  }

  const fixtures = new URL('../../../fixtures/', import.meta.url);
  const names = readdirSync(fixtures, { withFileTypes: true }).flatMap((entry) =>
    existsSync(new URL(`${entry.name}/dump.kdump`, fixtures)) ? [entry.name] : [],
  );
  const shares = [0.2, 0.5, 0.7, 0.8, 0.9, 0.97, 0.999];
  // One dump in four, each at some shares; all in continuous integration.
  for (const [index, name] of propertyCases([...names.entries()], 4)) {
    const tried = propertyCases(shares, 4, Math.floor(index / 4));
    it(`somewhere, a real dump (${name}): a probe gives the truth or less`, async () => {
      const bytes = new Uint8Array(readFileSync(new URL(`${name}/dump.kdump`, fixtures)));
      const whole = await located(bytes);
      for (const share of tried) {
        const cut = await located(bytes.subarray(0, Math.floor(bytes.length * share)));
        const { kernel } = cut ?? { kernel: null };
        for (const field of [
          'physBase',
          'kaslrOffset',
          'release',
          'textVirtualAddress',
          'buildId',
        ] as const) {
          const value = kernel?.[field] ?? null;
          expect(
            value === null || value === whole?.kernel?.[field],
            `${share} ${field} ${value}`,
          ).to.equal(true);
        }
      }
    });
  }
});

async function located(bytes: Uint8Array): Promise<Verdict | undefined> {
  try {
    using dump = await toolkit.open(new BufferSource(bytes, 'cut'));
    return await toolkit.locate(dump);
  } catch (error) {
    rethrowForeign(error);
    return undefined;
  }
}
