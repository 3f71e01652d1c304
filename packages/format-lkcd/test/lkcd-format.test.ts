import { deflateSync } from 'node:zlib';
import { s390x, x8664 } from '@vmcorekit/architectures';
import { zlibNode } from '@vmcorekit/compressors';
import { ArchitectureTable, type DumpImage } from '@vmcorekit/core';
import { LkcdFormat } from '@vmcorekit/format-lkcd';
import {
  buildLkcd,
  describeFormat,
  type LkcdPageSpec,
  type LkcdSpec,
  openContext,
  openFormat,
  statesOf,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const format = new LkcdFormat();
const context = openContext({
  architectures: new ArchitectureTable([x8664, s390x]),
  compressors: { ready: async () => zlibNode },
});
const bytes = (seed: number, size = 4096): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8) + seed * 31) & 0xff);
const raw = (dp_address: number, seed: number): LkcdPageSpec => ({
  dp_address,
  data: bytes(seed),
});
const packed = (dp_address: number, seed: number): LkcdPageSpec => ({
  dp_address,
  data: deflateSync(bytes(seed)),
  dp_flags: 2,
});
const pages = [raw(0x1000, 1), packed(0x2000, 2), packed(0x8000, 3), raw(0x5000, 4)];
const holds = [
  { address: 0x1000, bytes: bytes(1) },
  { address: 0x2000, bytes: bytes(2) },
  { address: 0x8000, bytes: bytes(3) },
  { address: 0x5000, bytes: bytes(4) },
];

/** A run of up to 256 equal bytes as LKCD packs it; a single byte as itself. */
function runLengths(page: Uint8Array): Uint8Array {
  const codes: number[] = [];
  for (let at = 0; at < page.length; ) {
    const value = page[at] ?? 0;
    let end = at + 1;
    while (end < page.length && end - at < 256 && page[end] === value) {
      end++;
    }
    codes.push(...(end - at > 1 ? [0, end - at - 1, value] : value === 0 ? [0, 0] : [value]));
    at = end;
  }
  return Uint8Array.from(codes);
}

function open(spec: LkcdSpec | Uint8Array): Promise<DumpImage> {
  return openFormat(format, [spec instanceof Uint8Array ? spec : buildLkcd(spec)], context);
}

async function errorOf(spec: LkcdSpec): Promise<string> {
  return open(spec).then(
    () => 'no error',
    (error: unknown) => String(error),
  );
}

describeFormat(format, {
  architectures: [x8664],
  compressors: [zlibNode],
  cases: [
    { title: 'of version 8', files: [buildLkcd({ pages })], holds },
    { title: 'of version 9', files: [buildLkcd({ pages, dh_version: 9 })], holds },
    { title: 'big-endian', files: [buildLkcd({ pages, byteOrder: 'big' })], holds },
  ],
});

describe('LKCD dumps', () => {
  it('hold pages in any order, and say what was dumped', async () => {
    using image = await open({ pages, dh_time: 1_080_000_000, dh_utsname_machine: 's390x' });
    expect(statesOf(image, 0xa000)).to.deep.equal([
      'absent 0-1000',
      'stored 1000-3000',
      'absent 3000-5000',
      'stored 5000-6000',
      'absent 6000-8000',
      'stored 8000-9000',
      'absent 9000-a000',
    ]);
    expect(image.architecture).to.equal('s390x');
    expect(image.facts?.timestampInSeconds?.value).to.equal(1_080_000_000);
    expect(image.facts?.utsname?.release.value).to.equal('2.6.5');
    expect(image.header.get('dh_panic_string')).to.equal('Oops');
    expect(image.damage).to.deep.equal([]);
  });

  it('give back any pages, raw or compressed', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (numbers, each) => {
          const made = numbers.map((number, index) =>
            (index % each === 0 ? raw : packed)(number * 4096, number),
          );
          using image = await open({ pages: made });
          for (const number of numbers) {
            expect(Buffer.compare(image.memory.read(number * 4096, 4096), bytes(number))).to.equal(
              0,
            );
          }
          expect(image.damage).to.deep.equal([]);
        },
      ),
      { numRuns: 30 },
    ));

  it('give back any pages that are compressed by RLE', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(0, 1, 255), fc.integer({ min: 1, max: 900 })), {
          minLength: 1,
          maxLength: 30,
        }),
        async (runs) => {
          const wanted = new Uint8Array(4096).fill(7);
          let at = 0;
          for (const [value, count] of runs) {
            wanted.fill(value, at, at + count);
            at += count;
          }
          const data = runLengths(wanted);
          using image = await open({
            pages: [{ dp_address: 0x3000, data, dp_flags: 2 }, raw(0x4000, 1)],
            dh_dump_compress: 1,
          });
          expect(Buffer.compare(image.memory.read(0x3000, 4096), wanted)).to.equal(0);
          expect(Buffer.compare(image.memory.read(0x4000, 4096), bytes(1))).to.equal(0);
        },
      ),
      { numRuns: 60 },
    ));

  it('know the codes of RLE: a byte, a zero, and a run', async () => {
    const rest = Array.from({ length: 16 }, () => [0, 254, 9]).flat();
    const data = Uint8Array.of(5, 0, 0, 0, 1, 6, 0, 11, 8, ...rest);
    using image = await open({
      pages: [{ dp_address: 0, data, dp_flags: 2 }],
      dh_dump_compress: 1,
    });
    expect([...image.memory.read(0, 18)]).to.deep.equal([
      ...[5, 0, 6, 6],
      ...Array.from({ length: 12 }, () => 8),
      ...[9, 9],
    ]);
    expect(image.memory.read(4095, 1)[0]).to.equal(9);
  });

  it('lose a page whose RLE is cut, too long or too short', async () => {
    const whole = runLengths(new Uint8Array(4096).fill(3));
    for (const [data, because] of [
      [whole.subarray(0, -1), 'end within the run'],
      [Uint8Array.of(...whole, 1), 'more than the 4096 bytes of a page'],
      [whole.subarray(0, -3), 'lkcd'],
    ] as const) {
      using image = await open({
        pages: [{ dp_address: 0, data, dp_flags: 2 }, raw(0x1000, 1)],
        dh_dump_compress: 1,
      });
      expect(() => image.memory.read(0, 1)).to.throw(because);
      expect(image.memory.read(0x1000, 4096)).to.deep.equal(bytes(1));
    }
  });

  it('were cut at a raw page without bytes, which is zero', async () => {
    using image = await open({
      pages: [{ dp_address: 0x1000, data: new Uint8Array(0) }, raw(0x2000, 1)],
    });
    expect(image.damage).to.deep.equal([]);
    expect(image.memory.read(0x1000, 4096)).to.deep.equal(new Uint8Array(4096));
    expect(image.memory.read(0x2000, 4096)).to.deep.equal(bytes(1));
  });

  it('end with their mark, or with what older writers leave in its place', async () => {
    for (const end of [
      { dp_address: 0, data: new Uint8Array(4), dp_flags: 0 },
      { ...raw(0x5000, 4) },
    ]) {
      using image = await open({
        pages: [...pages, end],
        dh_num_pages: pages.length,
        hasEnd: false,
      });
      expect(image.damage).to.deep.equal([]);
      expect(image.memory.read(0x5000, 4096)).to.deep.equal(bytes(4));
    }
  });

  it('that end before all the pages of their header have lost the others', async () => {
    const early = pages.map((page, index) => (index === 2 ? { ...page, dp_flags: 6 } : page));
    using image = await open({ pages: early });
    expect(statesOf(image, 0x4000)).to.deep.equal([
      'absent 0-1000',
      'stored 1000-3000',
      'absent 3000-4000',
    ]);
    expect(image.damage.map(({ name, loses }) => [name, loses])).to.deep.equal([
      ['pages-unfinished', 'memory'],
    ]);
    expect(image.damage[0]?.detail).to.match(
      /^the end of the dump stands at 0x\w+, but dh_num_pages is 4; 2 pages before that are read, what follows is lost$/,
    );
  });

  it('with a page twice give the first, and all that follows', async () => {
    for (const again of [
      [raw(0x1000, 1), raw(0x1000, 9), raw(0x2000, 2)],
      [raw(0x1000, 1), raw(0x2000, 2), raw(0x1000, 9)],
    ]) {
      using image = await open({ pages: [...again, raw(0x8000, 3)] });
      expect(image.memory.read(0x1000, 4096)).to.deep.equal(bytes(1));
      expect(image.memory.read(0x2000, 4096)).to.deep.equal(bytes(2));
      expect(image.memory.read(0x8000, 4096)).to.deep.equal(bytes(3));
      expect(image.damage.map(({ name }) => name)).to.deep.equal(['ranges-overlap']);
      expect(image.damage[0]?.detail).to.include(' overlap others, first at 0x1000; ');
    }
  });

  it('that are cut hold the pages before the cut', async () => {
    const file = buildLkcd({ pages });
    using cut = await open(file.subarray(0, file.length - 16 - 100));
    expect(statesOf(cut, 0x6000).at(-1)).to.equal('absent 3000-6000');
    expect(cut.damage.map(({ name, loses }) => [name, loses])).to.deep.equal([
      ['pages-unfinished', 'memory'],
    ]);
    expect(cut.damage[0]?.detail).to.match(
      /^LKCD page at 0x\w+: wanted 4096 bytes, got 3996: .*; 3 pages before that are read, what follows is lost$/,
    );
  });

  it('cannot be followed after a page header that cannot be', async () => {
    for (const bad of [
      { ...raw(0x3000, 9), dp_flags: 8 },
      { ...raw(0x3010, 9) },
      { ...raw(0x3000, 9), dp_size: 100 },
      { ...packed(0x3000, 9), dp_size: 5000 },
      { dp_address: 2n ** 60n, data: bytes(1) },
    ]) {
      const [first = bad, ...rest] = pages;
      using image = await open({ pages: [first, bad, ...rest] });
      expect(statesOf(image, 0x2000)).to.deep.equal(['absent 0-1000', 'stored 1000-2000']);
      expect(image.damage[0]?.detail).to.include('dp_address, dp_size and dp_flags is ');
    }
  });

  it('lose only a page that does not decompress', async () => {
    const [first = raw(0, 0), second = raw(0, 0), ...rest] = pages;
    const data = second.data.slice();
    data.fill(0xff, 10, 20);
    using image = await open({ pages: [first, { ...second, data }, ...rest] });
    expect(() => image.memory.read(0x2000, 1)).to.throw(
      /^page 0x2 .* is corrupt: lkcd at file offset 0x/,
    );
    expect(image.memory.read(0x8000, 4096)).to.deep.equal(bytes(3));
  });

  it('that are not read are refused by what they are', async () => {
    for (const [spec, wanted] of [
      [{ dh_version: 5 }, 'is an LKCD dump of version 5: open it with crash'],
      [{ dh_version: 2 ** 31 + 8 }, 'of version 8 of Mission Critical Linux'],
      [{ dh_utsname_machine: 'ia64' }, 'of an Itanium'],
      [{ dh_page_size: 5000 }, 'dh_page_size is 0x1388, wanted a power of 2 from 4096 on'],
    ] as const) {
      expect(await errorOf({ pages, ...spec })).to.include(wanted);
    }
  });
});
