import { s390x } from '@vmcorekit/architectures';
import { ArchitectureTable, type DumpImage } from '@vmcorekit/core';
import { S390Format } from '@vmcorekit/format-s390';
import {
  buildS390,
  describeFormat,
  openContext,
  openFormat,
  type S390HeaderSpec,
  statesOf,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

/** Bytes that differ from page to page, and between seeds. */
function pattern(lengthInBytes: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: lengthInBytes }, (_, at) => (at * 7 + (at >> 12) + seed) & 0xff);
}

const format = new S390Format();
const context = openContext({ architectures: new ArchitectureTable([s390x]) });
const memory = pattern(0x6000, 1);
const segments = [
  { start: 0x1000, data: pattern(0x2000, 2) },
  { start: 0x5000, data: pattern(0x1000, 3) },
];
const size = { mem_size: 0x8000 };
const extended = { memory, segments, header: size };

function open(bytes: Uint8Array): Promise<DumpImage> {
  return openFormat(format, [bytes], context);
}

async function errorOf(header: Partial<S390HeaderSpec>, spec: object = {}): Promise<string> {
  return open(buildS390({ memory, header, ...spec })).then(
    () => 'no error',
    (error: unknown) => String(error),
  );
}

describeFormat(format, {
  architectures: [s390x],
  cases: [
    { title: 'whole', files: [buildS390({ memory })], holds: [{ address: 0, bytes: memory }] },
    {
      title: 'extended',
      files: [buildS390(extended)],
      holds: segments.map(({ start, data }) => ({ address: start, bytes: data })),
    },
  ],
});

describe('s390 stand-alone dumps', () => {
  it('hold memory from address 0 on, of a 64-bit big-endian machine', async () => {
    // 2024-02-29 12:00:00 UTC as the clock of the machine counts.
    const tod = 0x7d91048bca000000n + 1709208000n * 4096_000_000n;
    using image = await open(buildS390({ memory, header: { tod } }));
    expect(statesOf(image, 0x7000)).to.deep.equal(['stored 0-6000', 'absent 6000-7000']);
    expect(image.architecture).to.equal('s390x');
    expect([image.byteOrder, image.wordSizeInBits]).to.deep.equal(['big', 64]);
    expect(image.facts?.timestampInSeconds?.value).to.equal(1709208000);
    expect(image.damage).to.deep.equal([]);
    expect(image.memory.fileOffsetOf?.(0x2345)).to.equal(0x3345);
  });

  it('that are extended leave out what is zero', async () => {
    using image = await open(buildS390(extended));
    expect(statesOf(image, 0x9000)).to.deep.equal([
      'zero 0-1000',
      'stored 1000-3000',
      'zero 3000-5000',
      'stored 5000-6000',
      'zero 6000-8000',
      'absent 8000-9000',
    ]);
    expect(image.damage).to.deep.equal([]);
  });

  it('give back any memory, whatever of it is zero', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), async (pages) => {
        const wanted = new Uint8Array(pages.length * 4096);
        const stored = pages.flatMap((isStored, index) => {
          const data = pattern(4096, index + 1);
          if (isStored) {
            wanted.set(data, index * 4096);
          }
          return isStored || index === pages.length - 1
            ? [{ start: index * 4096, data: isStored ? data : new Uint8Array(0) }]
            : [];
        });
        using image = await open(buildS390({ memory: wanted, segments: stored }));
        expect(Buffer.compare(image.memory.read(0, wanted.length), wanted)).to.equal(0);
        expect(image.damage).to.deep.equal([]);
      }),
    ));

  it('have the registers that the dump program left in each lowcore', async () => {
    const filled = memory.slice();
    const view = new DataView(filled.buffer);
    view.setBigUint64(0x3000 + 0x1200 + 0x100, 0x0404c00180000000n);
    view.setBigUint64(0x3000 + 0x1200 + 0x108, 0x1234n);
    view.setBigUint64(0x3000 + 0x1200 + 0x80 + 15 * 8, 0x5678n);
    view.setBigUint64(0x3000 + 0x1200 + 0x180 + 13 * 8, 0x9abcn);
    filled.fill(0, 0x1000, 0x2000);
    using image = await open(buildS390({ memory: filled, lc_vec: [0x3000, 0, 0x100000] }));
    const cpus = image.cpus?.(s390x) ?? [];
    expect(cpus.map(({ registers }) => registers.size)).to.deep.equal([51, 0, 0]);
    expect(
      ['psw_mask', 'psw_addr', 'r15', 'cr13', 'prefix'].map((name) => cpus[0]?.registers.get(name)),
    ).to.deep.equal([0x0404c00180000000n, 0x1234n, 0x5678n, 0x9abcn, 0x3000n]);
  });

  it('that are cut hold what comes before, and have no end mark', async () => {
    const whole = buildS390({ memory });
    using cut = await open(whole.subarray(0, 0x1000 + 0x2800));
    expect(statesOf(cut, 0x6000)).to.deep.equal(['stored 0-2800', 'corrupt 2800-6000']);
    expect(cut.damage.map(({ name }) => name)).to.deep.equal([
      'end-mark-missing',
      'file-truncated',
    ]);
  });

  it('without an end mark, or with an older one, may hold what the disk held before', async () => {
    for (const [endTod, wanted] of [
      [null, /^no end mark follows memory: /],
      [4n, /^the end mark is older than the header: /],
    ] as const) {
      using image = await open(buildS390({ memory, endTod, header: { tod: 5n } }));
      expect(image.damage.map(({ name, loses }) => [name, loses])).to.deep.equal([
        ['end-mark-missing', 'page'],
      ]);
      expect(image.damage[0]?.detail).to.match(wanted);
    }
  });

  it('lose what follows a segment that cannot be, and no zeros stand for it', async () => {
    const [first, second] = segments;
    for (const other of [
      { start: 0x2000, data: pattern(0x1000, 9) },
      { start: 0x5800, data: pattern(0x1000, 9) },
      { start: 0x5000, data: pattern(0x1000, 9), len: 2 ** 40 },
    ]) {
      using image = await open(
        buildS390({
          ...extended,
          segments: [first, other, second].filter((one) => one !== undefined),
        }),
      );
      expect(statesOf(image, 0x8000)).to.deep.equal([
        'zero 0-1000',
        'stored 1000-3000',
        'corrupt 3000-8000',
      ]);
      expect(image.damage[0]?.detail).to.match(
        /^s390 dump segment at 0x4000: start and len is '0x\w+, 0x\w+', .*; 20480 bytes of memory from 0x3000 on are lost$/,
      );
    }
    using unended = await open(
      buildS390({
        ...extended,
        endTod: null,
        segments: segments.map((one) => ({ ...one, stop_marker: 0 })),
      }),
    );
    expect(unended.damage.map(({ name }) => name)).to.deep.equal(['segments-unfinished']);
    expect(statesOf(unended, 0x8000).at(-1)).to.equal('corrupt 6000-8000');
  });

  it('that are not read are refused by what they are', async () => {
    expect(await errorOf({ zlib_version_s390: 1 }, { segments })).to.include(
      'is a compressed s390',
    );
    expect(await errorOf({ mem_start: 4096 })).to.include('does not begin at address 0');
    expect(await errorOf({ hdr_size: 8192 })).to.include(
      's390 dump header at 0x0: hdr_size is 0x2000, wanted 4096',
    );
    expect(await errorOf({}, { lc_vec: Array.from({ length: 513 }, () => 0) })).to.include(
      'cpu_cnt is 0x201, wanted at most 512',
    );
    expect(await errorOf({ mem_size: 2 ** 60 })).to.include('mem_size is 0x1000000000000000');
  });

  it('of 31-bit machines show memory alone', async () => {
    using image = await open(buildS390({ memory, header: { arch: 1 }, lc_vec: [0] }));
    expect([image.architecture, image.wordSizeInBits, image.cpus?.(s390x)]).to.deep.equal([
      null,
      32,
      [],
    ]);
  });
});
