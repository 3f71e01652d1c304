import {
  ArchitectureTable,
  BufferSink,
  type ByteSink,
  type DumpImage,
  imageWith,
  isVmcorekitError,
  isZero,
  type PageFilter,
  type PageState,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';
import {
  FlattenedSink,
  flattenedContainer,
  KdumpFormat,
  keepPages,
  romFilter,
  zeroFilter,
} from '@vmcorekit/format-kdump';
import { headOf, type KdumpPage, openFormat, propertyRuns, qemuKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { openFlattened } from './flattened/open-flattened.ts';
import {
  conditionNames,
  context,
  failure,
  open,
  opened,
  pageOf,
  blockSizeInBytes as size,
  zeroPage,
  zlib,
} from './support/dump.ts';

interface Written {
  readonly image: DumpImage;
  readonly report: WriteReport;
  readonly steps: number;
  readonly bytes: Uint8Array;
}

async function writeTo(
  sink: ByteSink,
  image: DumpImage,
  options: WriteOptions,
): Promise<{ report: WriteReport; steps: number }> {
  const work = await new KdumpFormat().writer.write(image, sink, options, context);
  for (let steps = 0; ; steps++) {
    const step = work.next();
    if (step.done === true) {
      return { report: step.value, steps };
    }
    expect(step.value.kind).to.equal('progress');
  }
}

async function rewritten(image: DumpImage, options: WriteOptions = {}): Promise<Written> {
  const sink = new BufferSink();
  const { report, steps } = await writeTo(sink, image, options);
  return { image: await open(sink.bytes), report, steps, bytes: sink.bytes };
}

/**
 * A page's state and bytes, as a word that can be compared. A stored page of zeros is as good as a
 * zero page.
 */
function pageIn(image: DumpImage, pfn: number): string {
  const state: PageState = image.memory.pageState(pfn);
  if (state !== 'stored' && state !== 'zero') {
    return state;
  }
  const bytes = image.memory.read(pfn * size, size);
  return isZero(bytes) ? 'zero' : Buffer.from(bytes).toString('latin1');
}

const anyPage = fc.record({
  pfn: fc.nat(20_000),
  kind: fc.constantFrom('stored', 'zero', 'left out', 'incompressible'),
});

function pageFrom({ pfn, kind }: { pfn: number; kind: string }): KdumpPage {
  const bytes = {
    stored: pageOf(pfn % 250),
    zero: zeroPage,
    incompressible: new Uint8Array(size).map(
      (_, index) => Math.imul(index + pfn, 2654435761) >>> 13,
    ),
  }[kind];
  return bytes === undefined ? { pfn } : { pfn, bytes };
}

/** Three pages with contents, three that share QEMU's zero page, two that are not there. */
function mixed(): Promise<DumpImage> {
  return opened(
    qemuKdump({
      compression: zlib,
      pages: [0, 1, 2, 3, 4, 5].map((pfn) => ({
        pfn,
        bytes: pfn % 2 === 0 ? pageOf(pfn) : zeroPage,
      })),
      maxMapnr: 8,
    }),
  );
}

/** A machine whose notes are single bytes to turn round, where their type is 1. */
const swappingTable: ArchitectureTable = new ArchitectureTable([
  {
    name: 'ppc64',
    machines: { elf: [], utsname: ['ppc64', 'ppc64le'] },
    wordSizeInBits: 64,
    pageSizesInBytes: [4096],
    registers: {
      read: () => undefined,
      inOtherByteOrder: ({ type, descriptor }) =>
        type === 1 ? descriptor.toReversed() : undefined,
    },
  },
]);

describe('KdumpWriter', () => {
  it('writes blocks of the page size asked for, smaller and larger', async () => {
    const before = await opened({
      pages: [
        { pfn: 1, bytes: pageOf(1) },
        { pfn: 6, bytes: pageOf(6) },
      ],
    });
    const large = await rewritten(before, { pageSizeInBytes: 4 * size });
    expect(large.image.memory.pageSizeInBytes).to.equal(4 * size);
    expect(large.image.header.get('block_size')).to.equal(4 * size);
    expect(large.report).to.include({ pagesStored: 2 });
    const small = await rewritten(large.image, { pageSizeInBytes: size });
    expect(small.image.memory.pageSizeInBytes).to.equal(size);
    expect(small.report).to.include({ pagesStored: 2, pagesZero: 6, pagesFilled: 0 });
    for (const pfn of [1, 6]) {
      expect(large.image.memory.read(pfn * size, size)).to.deep.equal(pageOf(pfn));
      expect(small.image.memory.read(pfn * size, size)).to.deep.equal(pageOf(pfn));
    }
  });

  it('writes headers and notes of CPUs in the byte order of the machine asked for', async () => {
    const before = await opened({
      pages: [{ pfn: 0, bytes: pageOf(1) }],
      byteOrder: 'big',
      vmcoreinfo: 'OSRELEASE=6.1\n',
      fields: { machine: 'ppc64le', release: '6.1' },
      notes: [
        { name: 'CORE', type: 1, descriptor: Uint8Array.of(1, 2, 3, 4) },
        { name: 'CORE', type: 99, descriptor: Uint8Array.of(5) },
        // It was left out, as a note that cannot be turned round.
        { name: 'ERASEINFO', type: 0, descriptor: Uint8Array.of(0x65, 0x72, 0x61, 0x73) },
      ],
    });
    const sink = new BufferSink();
    const swapped = await new KdumpFormat().writer.write(
      before,
      sink,
      { machine: { architecture: 'ppc64', wordSizeInBits: 64, byteOrder: 'little' } },
      { ...context, architectures: swappingTable },
    );
    while (swapped.next().done !== true) {
      // Each step is progress.
    }
    const after = await open(sink.bytes);
    expect(after.byteOrder).to.equal('little');
    expect(after.vmcoreinfo).to.equal('OSRELEASE=6.1\n');
    expect(after.memory.read(0, size)).to.deep.equal(pageOf(1));
    expect(
      after.notes.map(({ name, descriptor }) => [name, [...descriptor.slice(0, 4)]]),
    ).to.deep.equal([
      ['CORE', [4, 3, 2, 1]],
      ['ERASEINFO', [0x65, 0x72, 0x61, 0x73]],
      ['VMCOREINFO', [0x4f, 0x53, 0x52, 0x45]],
    ]);
  });

  it('reads back alike, for all pages, word sizes, byte orders and compressions', async () => {
    const pages = fc.uniqueArray(anyPage, {
      selector: (page) => page.pfn,
      minLength: 1,
      maxLength: 60,
    });
    const flavour = fc.record({
      wordSizeInBits: fc.constantFrom<32 | 64>(32, 64),
      byteOrder: fc.constantFrom<'little' | 'big'>('little', 'big'),
      machine: fc.constantFrom('i686', 'mips', 'Unknown', 'x86_64'),
      dumpLevel: fc.constantFrom(1, 31),
      compression: fc.constantFrom('none', 'zlib', 'snappy'),
    });
    await fc.assert(
      fc.asyncProperty(
        pages,
        flavour,
        async (list, { wordSizeInBits, byteOrder, machine, dumpLevel, compression }) => {
          const before = await opened({
            pages: list.map(pageFrom),
            wordSizeInBits,
            byteOrder,
            subHeader: machine === 'mips' ? 'padded' : 'packed',
            compression: zlib,
            notes: [{ name: 'CORE', type: 1, descriptor: new Uint8Array(20) }],
            vmcoreinfo: 'OSRELEASE=6.1\n',
            eraseinfo: 'erased\n',
            fields: { machine, dump_level: dumpLevel, phys_base: 0x1000000, release: '6.1' },
          });
          const { image: after, report } = await rewritten(before, { compression });
          for (const { pfn } of list.flatMap((page) => [page, { pfn: page.pfn + 1 }])) {
            expect(pageIn(after, pfn)).to.equal(pageIn(before, pfn));
          }
          const kept = list.filter(
            (page) => page.kind === 'stored' || page.kind === 'incompressible',
          ).length;
          expect(report.pagesStored).to.equal(kept);
          expect(report.pagesStored + report.pagesZero + report.pagesExcluded).to.equal(
            list.length,
          );
          expect(after.damage).to.deep.equal([]);
          expect(after.memory.ranges).to.deep.equal(before.memory.ranges);
          expect([after.wordSizeInBits, after.byteOrder]).to.deep.equal([
            wordSizeInBits,
            byteOrder,
          ]);
          expect([after.vmcoreinfo, after.eraseinfo]).to.deep.equal([
            'OSRELEASE=6.1\n',
            'erased\n',
          ]);
          for (const name of ['phys_base', 'release', 'machine']) {
            expect(after.header.get(name)).to.equal(before.header.get(name));
          }
        },
      ),
      { numRuns: propertyRuns(20) },
    );
  });

  it('keeps excluded pages excluded and zero pages zero when a filter takes some out', async () => {
    const { image, report } = await rewritten(await mixed(), {
      filters: [keepPages([{ start: 2, end: 4 }])],
    });
    expect([0, 1, 2, 3, 4, 5, 6].map((pfn) => image.memory.pageState(pfn))).to.deep.equal([
      'excluded',
      'excluded',
      'stored',
      'zero',
      'excluded',
      'excluded',
      'absent',
    ]);
    expect(image.header.get('dump_level')).to.not.be.oneOf([0, 1]);
    expect(report).to.include({
      pagesStored: 1,
      pagesZero: 1,
      pagesExcluded: 4,
      pagesUnreadable: 0,
    });
  });

  it('stores zero pages as one shared page, which readers of every kind take for zero', async () => {
    const { image, bytes, report } = await rewritten(await mixed(), {
      compression: 'none',
      filters: [zeroFilter],
    });
    expect(report).to.include({ pagesStored: 3, pagesZero: 3, bytesWritten: bytes.length });
    expect(bytes.length).to.equal(size * (1 + 2 + 2) + 6 * 24 + 4 * size);
    expect([...image.memory.storedRuns()]).to.have.length(3);
  });

  it('writes a page that cannot be read as excluded, and counts it', async () => {
    const before = await opened({
      pages: [0, 1, 2, 3].map((pfn) => ({
        pfn,
        bytes: pageOf(pfn),
        ...(pfn === 1 ? { descriptor: { flags: 1 } } : {}),
        ...(pfn === 2 ? { descriptor: { offset: 0 } } : {}),
      })),
    });
    const { image, report } = await rewritten(before);
    expect([0, 1, 2, 3].map((pfn) => image.memory.pageState(pfn))).to.deep.equal([
      'stored',
      'excluded',
      'excluded',
      'stored',
    ]);
    expect(report).to.include({ pagesStored: 2, pagesExcluded: 0, pagesUnreadable: 2 });
    expect(image.memory.read(3 * size, size)).to.deep.equal(pageOf(3));
  });

  it('sets header fields, notes and VMCOREINFO as asked', async () => {
    const { image } = await rewritten(await mixed(), {
      header: new Map<string, bigint | string>([
        ['phys_base', -0x25600000n],
        ['release', '6.1.0-test'],
      ]),
      notes: [{ name: 'CORE', type: 1, descriptor: new Uint8Array(8) }],
      vmcoreinfo: 'OSRELEASE=6.1.0-test\n',
    });
    expect(image.header.get('phys_base')).to.equal(BigInt.asUintN(64, -0x25600000n));
    expect(image.header.get('release')).to.equal('6.1.0-test');
    expect(image.notes.map((note) => note.name)).to.deep.equal(['CORE', 'VMCOREINFO']);
    expect(image.vmcoreinfo).to.equal('OSRELEASE=6.1.0-test\n');
  });

  it('states the facts it is given, and header fields win over them', async () => {
    const { image } = await rewritten(await mixed(), {
      facts: {
        physBase: -0x25600000n,
        utsname: { release: '6.1.0-test', nodename: 'guest' },
        timestampInSeconds: 1700000000,
      },
      header: new Map([['nodename', 'server']]),
    });
    expect(image.facts?.hints?.[0]?.value).to.equal(-0x25600000n);
    expect(image.facts?.utsname?.release.value).to.equal('6.1.0-test');
    expect(image.facts?.utsname?.nodename.value).to.equal('server');
    expect(image.facts?.timestampInSeconds?.value).to.equal(1700000000);
  });

  it('writes the marker ~0 where phys_base is unknown', async () => {
    const { image } = await rewritten(await mixed(), { facts: { physBase: 'unknown' } });
    expect(image.header.get('phys_base')).to.equal(2n ** 64n - 1n);
  });

  it('keeps the facts of another format, and none of its header fields', async () => {
    const before = await mixed();
    const at = [{ fileOffset: 0 }];
    const stated = (value: string) => ({ value, at });
    const utsname = {
      sysname: stated('Linux'),
      nodename: stated(''),
      release: stated('6.1.0'),
      version: stated(''),
      machine: stated('x86_64'),
      domainname: stated(''),
    };
    const facts = {
      hints: [{ kind: 'physBase', value: -0x200000n, isUnknownMarker: false, at }] as const,
      utsname,
      timestampInSeconds: { value: -1, at },
    };
    const header = new Map([['nr_cpus', 77]]);
    const { image } = await rewritten({
      ...imageWith(before, {}),
      format: 'another',
      header,
      facts,
    });
    expect(image.facts?.hints?.[0]?.value).to.equal(-0x200000n);
    expect(image.facts?.utsname?.release.value).to.equal('6.1.0');
    expect(image.facts?.timestampInSeconds?.value).to.equal(-1);
    expect(image.header.get('nr_cpus')).to.equal(1);
  });

  it('writes the kind flattened as FlattenedSink does', async () => {
    const [kind, wrapped] = [new BufferSink(), new BufferSink()];
    await writeTo(kind, await mixed(), { kind: 'flattened' });
    const sink = new FlattenedSink(wrapped);
    await writeTo(sink, await mixed(), {});
    sink.finish();
    expect(kind.bytes).to.deep.equal(wrapped.bytes);
  });

  it('lets VMCOREINFO be found in the note area and by offset_vmcoreinfo alike', async () => {
    const { image, bytes } = await rewritten(await mixed(), { vmcoreinfo: 'OSRELEASE=6.1\n' });
    const at = Number(image.header.get('offset_vmcoreinfo'));
    const text = new TextDecoder().decode(
      bytes.subarray(at, at + Number(image.header.get('size_vmcoreinfo'))),
    );
    const note = image.notes.find((candidate) => candidate.name === 'VMCOREINFO');
    expect(text).to.equal('OSRELEASE=6.1\n');
    expect(new TextDecoder().decode(note?.descriptor)).to.equal(text);
  });

  it('leaves VMCOREINFO out where the caller passes null', async () => {
    const first = await rewritten(await mixed(), { vmcoreinfo: 'OSRELEASE=6.1\n' });
    const second = await rewritten(first.image, { vmcoreinfo: null });
    expect(second.image.vmcoreinfo).to.equal(null);
    expect(second.image.notes.map((note) => note.name)).to.not.include('VMCOREINFO');
  });

  it('ends its bitmaps with the RAM where the ROM below 4 GiB is dropped, only there', async () => {
    const firstOfRom = 2 ** 32 / size - 4;
    const dumpOf = (pfns: readonly number[]): Promise<DumpImage> =>
      opened(
        qemuKdump({
          compression: zlib,
          pages: pfns.map((pfn) => ({ pfn, bytes: pageOf(pfn % 250) })),
        }),
      );
    const rom = [0, 1, 2, 3].map((index) => firstOfRom + index);
    const withRom = await dumpOf([0, 1, ...rom]);
    const { image } = await rewritten(withRom, { filters: [romFilter] });
    expect([image.header.get('max_mapnr'), image.header.get('bitmap_blocks')]).to.deep.equal([
      2, 2,
    ]);
    expect([1, firstOfRom].map((pfn) => image.memory.pageState(pfn))).to.deep.equal([
      'stored',
      'absent',
    ]);
    const aboveRom = await dumpOf([0, 1, ...rom, firstOfRom + 9]);
    const kept = await rewritten(aboveRom, { filters: [romFilter] });
    expect(kept.image.memory.pageState(firstOfRom)).to.equal('stored');
  });

  it('signs the file in block 0 after the header, not in a note, which others copy', async () => {
    const before = await mixed();
    expect(before.writerStamp).to.equal(null);
    const { image, bytes } = await rewritten(before);
    expect(image.writerStamp).to.deep.equal({ writer: 'vmcorekit', fileOffset: size - 32 });
    expect(image.notes).to.deep.equal(before.notes);
    bytes.fill(0, size - 32, size);
    expect((await open(bytes)).writerStamp).to.equal(null);
  });

  it('writes a flattened file where the sink takes bytes only in order', async () => {
    const parts: Uint8Array[] = [];
    let end = 0;
    const pipe: ByteSink = {
      isSequential: true,
      writeAt(offset, bytes) {
        expect(offset).to.equal(end);
        parts.push(bytes.slice());
        end += bytes.length;
      },
    };
    const before = await mixed();
    await writeTo(pipe, before, {});
    const file = new Uint8Array(end);
    let at = 0;
    for (const part of parts) {
      file.set(part, at);
      at += part.length;
    }
    expect(flattenedContainer.probe(headOf(file))?.strength).to.equal('signature');
    const { contents, damage } = await openFlattened(file);
    expect(damage).to.deep.equal([]);
    const after = await openFormat(new KdumpFormat(), [contents], context);
    for (let pfn = 0; pfn < 8; pfn++) {
      expect(pageIn(after, pfn)).to.equal(pageIn(before, pfn));
    }
  });

  it('pauses often, and reports its progress', async () => {
    const pages = Array.from({ length: 3000 }, (_, pfn) => ({ pfn, bytes: pageOf(pfn % 200) }));
    expect((await rewritten(await opened({ pages }))).steps).to.be.greaterThan(3000 / 64);
  });

  it('counts the PFNs of ARM from phys_base, as readers will', async () => {
    const before = await opened({
      pages: [{ pfn: 1, bytes: pageOf(1) }],
      wordSizeInBits: 32,
      subHeader: 'padded',
      fields: { machine: 'armv7l', phys_base: 0x60000000 },
    });
    const { image } = await rewritten(before);
    expect(image.memory.ranges).to.deep.equal(before.memory.ranges);
    expect(image.memory.read(0x60000000 + size, size)).to.deep.equal(pageOf(1));
    const error = await failure(() =>
      rewritten(before, { header: new Map([['phys_base', 0x70000000n]]) }),
    );
    expect(error).to.have.property('code', 'usage');
  });

  it('refuses a compression, a header field or a value that the format does not have', async () => {
    const image = await mixed();
    const wrong: readonly WriteOptions[] = [
      { compression: 'xz' },
      { header: new Map([['max_mapnr', 7]]) },
      { header: new Map([['e_type', 4]]) },
      { header: new Map([['release', 'x'.repeat(65)]]) },
      { header: new Map([['nr_cpus', 2 ** 40]]) },
      { header: new Map([['phys_base', 'zero']]) },
    ];
    for (const options of wrong) {
      const error = await failure(() => rewritten(image, options));
      expect(isVmcorekitError(error, 'usage'), String(error)).to.equal(true);
    }
  });

  it('refuses a filter that calls a page zero which is not', async () => {
    const liar: PageFilter = { name: 'liar', summary: '', begin: () => () => 'zero' };
    expect(
      await failure(async () => rewritten(await mixed(), { filters: [liar] })),
    ).to.have.property('code', 'plugin-failed');
  });

  it('asks filters in order, and the first that does not keep decides', async () => {
    const asked: string[] = [];
    const spy = (name: string, excluded: number): PageFilter => ({
      name,
      summary: '',
      begin: () => (page) => {
        asked.push(`${name} ${page.pfn}`);
        return page.pfn === excluded ? 'exclude' : 'keep';
      },
    });
    const image = await opened({ pages: [0, 1].map((pfn) => ({ pfn, bytes: pageOf(pfn) })) });
    await rewritten(image, { filters: [spy('a', 0), spy('b', 1)] });
    expect(asked).to.deep.equal(['a 0', 'a 1', 'b 1']);
  });

  it('takes a page that a filter cannot read for unreadable', async () => {
    const image = await opened({
      pages: [
        { pfn: 0, bytes: pageOf(0), descriptor: { flags: 1 } },
        { pfn: 1, bytes: pageOf(1) },
      ],
    });
    const { report } = await rewritten(image, { filters: [zeroFilter] });
    expect(report).to.include({ pagesStored: 1, pagesUnreadable: 1 });
    expect(conditionNames(image)).to.contain('page-data-bad');
  });
});

describe('keepPages', () => {
  it('keeps what any of its ranges holds, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(20)), { maxLength: 6 }), (list) => {
        const ranges = list.map(([start, length]) => ({ start, end: start + length }));
        const decide = keepPages(ranges).begin(undefined as unknown as DumpImage);
        for (let pfn = 0; pfn < 80; pfn++) {
          const kept = ranges.some((range) => pfn >= range.start && pfn < range.end);
          expect(decide({ pfn, state: 'stored', bytes: () => zeroPage })).to.equal(
            kept ? 'keep' : 'exclude',
          );
        }
      }),
    );
  });

  it('refuses a range that ends before it starts', async () => {
    expect(await failure(() => keepPages([{ start: 5, end: 4 }]))).to.have.property(
      'code',
      'usage',
    );
  });
});
