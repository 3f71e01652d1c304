import { i386, x8664 } from '@vmcorekit/architectures';
import { ArchitectureTable, type DumpImage } from '@vmcorekit/core';
import { SadumpFormat } from '@vmcorekit/format-sadump';
import {
  buildSadump,
  describeFormat,
  openContext,
  openFormat,
  type SadumpSpec,
  statesOf,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const format = new SadumpFormat();
const context = openContext({ architectures: new ArchitectureTable([x8664, i386]) });
const page = (seed: number, size = 4096): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => (at * 7 + seed * 31) & 0xff);
const pages = new Map([
  [1, page(1)],
  [2, null],
  [3, page(3)],
  [4, page(4)],
  [9, null],
]);
const holds = [1, 3, 4].map((number) => ({ address: number * 4096, bytes: page(number) }));

function open(spec: SadumpSpec | Uint8Array): Promise<DumpImage> {
  return openFormat(format, [spec instanceof Uint8Array ? spec : buildSadump(spec)], context);
}

async function errorOf(spec: SadumpSpec | Uint8Array): Promise<string> {
  return open(spec).then(
    () => 'no error',
    (error: unknown) => String(error),
  );
}

describeFormat(format, {
  architectures: [x8664, i386],
  cases: [
    { title: 'of one device', files: [buildSadump({ pages, cpus: [{ Rip: 1n }] })], holds },
    { title: 'backed up', files: [buildSadump({ pages, isMedia: true })], holds },
    {
      title: 'with large blocks',
      files: [buildSadump({ pages: new Map([[2, page(2, 8192)]]), header: { block_size: 8192 } })],
      holds: [{ address: 16384, bytes: page(2, 8192) }],
    },
  ],
});

describe('sadump dumps', () => {
  it('hold the pages of their bitmap; others of memory were not dumped', async () => {
    using image = await open({ pages });
    expect(statesOf(image, 0xb000)).to.deep.equal([
      'absent 0-1000',
      'stored 1000-2000',
      'excluded 2000-3000',
      'stored 3000-5000',
      'absent 5000-9000',
      'excluded 9000-a000',
      'absent a000-b000',
    ]);
    expect(image.damage).to.deep.equal([]);
  });

  it('give back any pages', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(70), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 1 }),
        async (numbers, header_version) => {
          const stored = new Map(numbers.map((number) => [number, page(number)]));
          using image = await open({ pages: stored, header: { header_version } });
          for (let number = 0; number < 72; number++) {
            expect(image.memory.pageState(number)).to.equal(
              stored.has(number) ? 'stored' : 'absent',
            );
          }
          for (const [number, bytes] of stored) {
            expect(Buffer.compare(image.memory.read(number * 4096, 4096), bytes)).to.equal(0);
          }
        },
      ),
      { numRuns: 40 },
    ));

  it('have the registers of each CPU, and the machine that these show', async () => {
    const cpu = { Rip: 0xffffffff81000000n, Rsp: 5n, Cr0: 0x80050033n, Cr3: 0x2000n, Cr4: 0x6a0 };
    using image = await open({
      pages,
      cpus: [{ ...cpu, Cs: 16, IdtBase: 0xfffffe0000000000n }, {}],
    });
    expect(image.architecture).to.equal('x86_64');
    const [first, second] = image.cpus?.(x8664) ?? [];
    expect(
      ['rip', 'rsp', 'cr0', 'cr3', 'cr4', 'cs', 'idt_base'].map((name) =>
        first?.registers.get(name),
      ),
    ).to.deep.equal([
      0xffffffff81000000n,
      5n,
      0x80050033n,
      0x2000n,
      0x6a0n,
      16n,
      0xfffffe0000000000n,
    ]);
    expect(second?.registers.get('rip')).to.equal(0n);
    using old = await open({ pages, cpus: [{ Ia32Efer: 0n }] });
    expect(old.architecture).to.equal('i386');
    using none = await open({ pages });
    expect(none.architecture).to.equal(null);
    expect(none).to.not.have.property('cpus');
  });

  it('say when they were taken, if they say in which time zone', async () => {
    using image = await open({ pages, time: [2024, 2, 29, 13, 30, 5, -60] });
    expect(image.facts?.timestampInSeconds?.value).to.equal(
      Date.UTC(2024, 1, 29, 12, 30, 5) / 1000,
    );
    using local = await open({ pages, time: [2024, 2, 29, 13, 30, 5, 2047] });
    expect(local.facts?.timestampInSeconds).to.equal(undefined);
  });

  it('lose what lies after the end of the file, or of what the device says it used', async () => {
    const file = buildSadump({ pages });
    using cut = await open(file.subarray(0, file.length - 4096));
    expect(statesOf(cut, 0x5000).at(-1)).to.equal('corrupt 4000-5000');
    expect(cut.damage.map(({ name }) => name)).to.deep.equal(['file-truncated']);
    using older = await open({ pages, part: { used_device: file.length - 4096 } });
    expect(statesOf(older, 0x5000).at(-1)).to.equal('corrupt 4000-5000');
  });

  it('that are not read are refused by what they are', async () => {
    expect(await errorOf({ pages, header: { compress: 1 } })).to.include('is a compressed sadump');
    expect(await errorOf(buildSadump({ pages }).subarray(0, 4 * 4096))).to.include(
      'sadump bitmap at 0x4000: wanted 2 bytes, got 0',
    );
    const large = buildSadump({ pages });
    new DataView(large.buffer, large.byteOffset).setBigUint64(4096 + 88, 2n ** 40n, true);
    expect(await errorOf(large)).to.include('max_mapnr is 0x10000000000, wanted at most');
    const file = buildSadump({ pages });
    file.fill(0, 400, 404);
    expect(await errorOf(file)).to.match(/sadump partition header at 0x0: end of its magic words/);
    file.fill(0, 4096);
    expect(await errorOf(buildSadump({ pages }).fill(0, 4096))).to.include(
      "sadump header at 0x1000: signature is 'other bytes', wanted sadump",
    );
  });

  it('whose CPU states cannot be show no CPUs, and say why', async () => {
    const other = buildSadump({ pages, cpus: [{}] });
    other.fill(7, 0x2000, 0x2004);
    for (const [spec, because] of [
      [
        { pages, cpus: [{}], header: { nr_cpus: 0xffffffff } },
        'the header states 4294967295 CPUs, but no machine has more than 8192',
      ],
      [
        { pages, cpus: [{}], header: { nr_cpus: 30 } },
        /^the registers .* states 30 CPUs, but they take \d+ bytes, the sub header has 4096$/,
      ],
      [
        other,
        /the header states 1 CPU, but their states take 1024 bytes, not 117901063 as stated$/,
      ],
    ] as const) {
      using image = await open(spec);
      expect(image).to.not.have.property('cpus');
      expect(image.architecture).to.equal(null);
      expect(image.damage.map(({ name, loses }) => [name, loses])).to.deep.equal([
        ['cpu-states-misfit', 'notes'],
      ]);
      expect(image.damage[0]?.detail).to.match(new RegExp(because));
      expect(image.memory.read(0x1000, 4096)).to.deep.equal(page(1));
    }
  });
});
