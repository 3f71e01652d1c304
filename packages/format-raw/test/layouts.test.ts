import type { MemoryLayout } from '@vmcorekit/core';
import { RawFormat } from '@vmcorekit/format-raw';
import {
  buildFirmwareMap,
  type FirmwareMapEntry,
  firmwareMapOfPc,
  openContext,
  openFormat,
  ZerosSource,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const mib = 2 ** 20;
const gib = 2 ** 30;
const format = new RawFormat();

interface File {
  readonly sizeInBytes: number;
  readonly map?: readonly FirmwareMapEntry[];
  readonly mapAt?: number;
  /** The last 16 bytes below 4 GiB of the file. */
  readonly vector?: string;
}

async function layoutsOf(file: File): Promise<MemoryLayout[]> {
  const { sizeInBytes, map, mapAt = 0x9_edb4, vector } = file;
  const pieces = [
    ...(map === undefined ? [] : [{ offset: mapAt, bytes: buildFirmwareMap(map) }]),
    ...(vector === undefined ? [] : [{ offset: 4 * gib - 16, bytes: Buffer.from(vector, 'hex') }]),
  ];
  using image = await openFormat(format, [new ZerosSource(sizeInBytes, pieces)], openContext());
  return (image.possibleLayouts ?? []).flatMap(({ memoryLayout, byteOrder }) =>
    memoryLayout === undefined || byteOrder === 'big' ? [] : [memoryLayout],
  );
}

function rangesOf({ placed }: MemoryLayout): number[][] {
  return placed.map(({ address, lengthInBytes, fileOffset }) => [
    address,
    address + lengthInBytes,
    fileOffset,
  ]);
}

async function firstOf(file: File) {
  const [first] = await layoutsOf(file);
  return first === undefined ? null : { basis: first.basis, ranges: rangesOf(first) };
}

describe('the layouts of raw memory', () => {
  it('have the hole that the list of SeaBIOS says', async () => {
    const file = { sizeInBytes: 4 * gib, map: firmwareMapOfPc(3 * gib, gib), mapAt: 0x1_4a60 };
    expect(await firstOf(file)).to.deep.equal({
      basis: 'stated',
      ranges: [
        [0, 3 * gib, 0],
        [4 * gib, 5 * gib, 3 * gib],
      ],
    });
  });

  describe('of a small guest, padded up to the ROM below 4 GiB, had a hole', () => {
    const seabios = 'ea5be000f030362f32332f393900fc00';
    const map = firmwareMapOfPc(0x2000_0000, 0);
    const padded = { basis: 'stated', ranges: [[0, 4 * gib, 0]] };
    const withHole = {
      basis: 'assumed',
      ranges: [
        [0, 3 * gib, 0],
        [4 * gib, 5 * gib, 3 * gib],
      ],
    };

    it('and have none where a BIOS lies at its own address', async () => {
      const file = { sizeInBytes: 4 * gib, map, vector: seabios };
      expect(await firstOf(file)).to.deep.equal(padded);
    });

    it('and still have it where other bytes lie there, or a list of memory says so', async () => {
      const jumpAlone = { sizeInBytes: 4 * gib, vector: 'ea5be000f0'.padEnd(32, '0') };
      expect(await firstOf(jumpAlone)).to.deep.equal(withHole);
      const listed = { sizeInBytes: 4 * gib, map: firmwareMapOfPc(3 * gib, gib), vector: seabios };
      expect(await firstOf(listed)).to.deep.equal({ ...withHole, basis: 'stated' });
    });
  });

  it('have the hole that a list of UEFI says, which keeps parts of RAM', async () => {
    const map = [
      { start: 0, lengthInBytes: 0x1000, type: 2 },
      { start: 0x1000, lengthInBytes: 0x9_f000 },
      { start: 0x10_0000, lengthInBytes: 0x70_6000 },
      { start: 0x80_6000, lengthInBytes: 0x2000, type: 4 },
      { start: 0x80_8000, lengthInBytes: 0x7f6e_4000 },
      { start: 0x7fee_c000, lengthInBytes: 0x8_4000, type: 2 },
      { start: 0xb000_0000, lengthInBytes: 0x1000_0000, type: 2 },
      { start: 4 * gib, lengthInBytes: 3 * gib },
    ];
    expect(await firstOf({ sizeInBytes: 5 * gib, map })).to.deep.equal({
      basis: 'stated',
      ranges: [
        [0, 2 * gib, 0],
        [4 * gib, 7 * gib, 2 * gib],
      ],
    });
  });

  it('have no hole in the file where it ends at the end of RAM', async () => {
    const file = { sizeInBytes: 5 * gib, map: firmwareMapOfPc(3 * gib, gib) };
    expect(await firstOf(file)).to.deep.equal({ basis: 'stated', ranges: [[0, 5 * gib, 0]] });
  });

  it('are the RAM alone where that adds up to the size, as LiME writes it', async () => {
    const map = firmwareMapOfPc(256 * mib, 0);
    const sizeInBytes = 0x9_fc00 - 0x1000 + 256 * mib - 0x10_0000 - 0x2_0000;
    expect(await firstOf({ sizeInBytes, map, mapAt: 0x9_dcb0 })).to.deep.equal({
      basis: 'stated',
      ranges: [
        [0x1000, 0x9_fc00, 0],
        [0x10_0000, 0x0ffe_0000, 0x9_ec00],
      ],
    });
  });

  it('fill each range of RAM above 4 GiB, also after a second hole', async () => {
    const map = [
      ...firmwareMapOfPc(3 * gib, 252 * gib),
      { start: 512 * gib, lengthInBytes: 5 * gib },
    ];
    expect(await firstOf({ sizeInBytes: 260 * gib, map })).to.deep.equal({
      basis: 'stated',
      ranges: [
        [0, 3 * gib, 0],
        [4 * gib, 256 * gib, 3 * gib],
        [512 * gib, 517 * gib, 255 * gib],
      ],
    });
  });

  it('ignore a list that the size of the file contradicts', async () => {
    const map = firmwareMapOfPc(3 * gib, 9 * gib);
    const layouts = await layoutsOf({ sizeInBytes: 4 * gib, map });
    expect(layouts.map(({ basis }) => basis)).not.to.include('stated');
  });

  it('are those of the usual machines where no list is found', async () => {
    const layouts = await layoutsOf({ sizeInBytes: 4 * gib });
    const below = layouts
      .filter(({ architectures }) => architectures?.includes('x86_64'))
      .map(({ placed }) => placed[0]?.lengthInBytes);
    expect(below).to.deep.equal([0xc000_0000, 0x8000_0000, 0xe000_0000, 0xd000_0000, 0xf000_0000]);
    expect(layouts.at(-1)?.architectures).to.equal(null);
  });

  it('have no hole in a small file, and bases where other machines have them', async () => {
    const layouts = await layoutsOf({ sizeInBytes: 256 * mib });
    const bases = layouts.map(({ placed, architectures }) => [placed[0]?.address, architectures]);
    expect(bases).to.deep.equal([
      [0, null],
      [gib, ['arm64', 'arm']],
      [2 * gib, ['arm64', 'arm']],
      [2 * gib, ['riscv64', 'riscv32']],
    ]);
  });

  it('place every byte of the file once, whatever lists it holds', async () => {
    const entry = fc.record({
      start: fc.nat({ max: 2 ** 40 }),
      lengthInBytes: fc.nat({ max: 2 ** 40 }),
      type: fc.nat({ max: 25 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 4 * 256, max: 2 ** 24 }),
        fc.boolean(),
        async (entries, pages, isSorted) => {
          const map = [
            { start: 0, lengthInBytes: 0x9_f000 },
            ...(isSorted ? entries.toSorted((a, b) => a.start - b.start) : entries),
          ];
          const sizeInBytes = pages * 4096;
          for (const { placed } of await layoutsOf({ sizeInBytes, map })) {
            let [at, address] = [0, 0];
            for (const each of placed) {
              expect(each.fileOffset).to.equal(at);
              expect(each.address).to.be.at.least(address);
              at += each.lengthInBytes;
              address = each.address + each.lengthInBytes;
            }
            expect(at).to.equal(sizeInBytes);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
