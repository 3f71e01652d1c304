import { type DumpImage, isVmcorekitError } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import {
  buildElf,
  headOf,
  propertyRuns,
  prstatusNote,
  qemuElf,
  vmcoreinfoNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { openBytes, pattern } from './opened.ts';

/**
 * Opens what can be opened and reads a little of it everywhere; nothing but an error of the library
 * may come out.
 */
async function surviveWith(bytes: Uint8Array): Promise<DumpImage | null> {
  new ElfFormat().probe(headOf(bytes));
  try {
    const image = await openBytes(bytes);
    for (const { start, end } of image.memory.ranges.slice(0, 20)) {
      for (const address of [start, end - 1, Math.floor((start + end) / 2)]) {
        expect(
          image.memory.pageState(Math.floor(address / image.memory.pageSizeInBytes)),
        ).to.not.equal('absent');
        try {
          expect(image.memory.read(address, 1)).to.have.length(1);
        } catch (error) {
          expect(isVmcorekitError(error, 'page-unreadable'), String(error)).to.equal(true);
        }
      }
    }
    for (const run of image.memory.storedRuns()) {
      expect(run.start).to.be.below(run.end);
      expect(run.end).to.be.at.most(2 ** 53);
    }
    return image;
  } catch (error) {
    expect(isVmcorekitError(error), String(error)).to.equal(true);
    return null;
  }
}

const small = [
  buildElf(
    qemuElf(
      [{ data: pattern(300, 1) }, { p_paddr: 0x1000, data: pattern(200, 2), p_memsz: 0x1000 }],
      {
        notes: [vmcoreinfoNote('PAGESIZE=4096\n')],
      },
    ),
  ),
  buildElf({
    wordSizeInBits: 32,
    byteOrder: 'big',
    sections: [],
    hasExtendedCount: true,
    segments: [
      { notes: [prstatusNote({ pr_pid: 1 })] },
      { p_paddr: 0x1000, data: pattern(200, 2) },
    ],
  }),
];

describe('any bytes', () => {
  it('never make the probe or the reader fail but with an error of the library', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        await surviveWith(bytes);
      }),
    );
  });

  it('after an ELF header neither', async () => {
    const head = small.map(({ bytes }) => bytes.slice(0, 64));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...head),
        fc.uint8Array({ maxLength: 600 }),
        async (start, rest) => {
          await surviveWith(Uint8Array.of(...start, ...rest));
        },
      ),
    );
  });

  it('cut off anywhere give what is there, or an error of the library', async () => {
    for (const { bytes, segmentOffsets } of small) {
      const lastSegmentEnd = (segmentOffsets.at(-1) ?? 0) + 200;
      for (let length = 0; length < bytes.length; length++) {
        const image = await surviveWith(bytes.slice(0, length));
        if (length < lastSegmentEnd) {
          expect(image === null || image.damage.length > 0, `cut at ${length}`).to.equal(true);
        } else {
          expect(image?.memory.read(0x1000, 200), `cut at ${length}`).to.deep.equal(
            pattern(200, 2),
          );
        }
      }
    }
  });

  it('with any header byte turned over give a result, or an error of the library', async () => {
    for (const { bytes, programHeadersAt, sectionHeadersAt } of small) {
      const ends = [programHeadersAt + 3 * 56, sectionHeadersAt + 64];
      for (let offset = 0; offset < Math.min(bytes.length, Math.max(...ends)); offset++) {
        for (const mask of [0xff, 0x80, 0x01]) {
          const flipped = bytes.slice();
          flipped[offset] = (flipped[offset] ?? 0) ^ mask;
          await surviveWith(flipped);
        }
      }
    }
  });

  it('with any fields put together give a result, or an error of the library', async () => {
    const word = fc.oneof(
      fc.bigInt({ min: 0n, max: 0x4000n }),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      fc.constantFrom((1n << 64n) - 1n, 1n << 53n),
    );
    const segment = fc.record(
      {
        p_type: fc.constantFrom(0, 1, 1, 1, 4, 0x70000000),
        p_offset: word,
        p_paddr: word,
        p_filesz: word,
        p_memsz: word,
        p_align: word,
        data: fc.uint8Array({ maxLength: 64 }),
      },
      { requiredKeys: ['data'] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 8 }),
        fc.constantFrom(32 as const, 64 as const),
        async (segments, wordSizeInBits) => {
          await surviveWith(buildElf({ wordSizeInBits, segments }).bytes);
        },
      ),
      { numRuns: propertyRuns(80) },
    );
  });
});
