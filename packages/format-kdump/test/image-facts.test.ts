import type { HeaderValue, ImageFacts } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { headerFields, subHeaderFields } from '../dist/header/layout.js';
import { originSigns } from '../dist/origin-signs.js';
import { blockSizeInBytes, build, open, opened, pageOf, zlib } from './support/dump.ts';

const pages = [{ pfn: 1, bytes: pageOf(1) }];

/** As QEMU 7.2 writes it for a guest without the vmcoreinfo device. */
const byQemu = {
  machine: 'x86_64',
  status: 1,
  dump_level: 1,
  offset_note: blockSizeInBytes + 104,
  size_note: 0,
};
/** As makedumpfile writes it out of /proc/vmcore. */
const byMakedumpfile = {
  sysname: 'Linux',
  nodename: 'server',
  release: '6.1.0',
  machine: 'x86_64',
  timestamp_sec: 1700000000,
  dump_level: 31,
};

async function factsOf(fields: Record<string, number | bigint | string>): Promise<ImageFacts> {
  return (await opened({ pages, fields })).facts ?? {};
}

async function signs(fields: Record<string, number | bigint | string>): Promise<string[]> {
  const { origins = [] } = await factsOf(fields);
  return origins.map(({ axis, who, score, because }) => `${axis} ${who} ${score}: ${because}`);
}

describe('the facts of a KDUMP file', () => {
  it('give phys_base signed, with its place', async () => {
    const file = build({ pages, fields: { phys_base: 0xffffffffdaa00000n } });
    const { hints } = (await open(file)).facts ?? {};
    expect(hints).to.deep.equal([
      {
        kind: 'physBase',
        value: -0x25600000n,
        isUnknownMarker: false,
        at: [{ fileOffset: file.fieldOffsets.get('phys_base'), note: 'phys_base' }],
      },
    ]);
  });

  it('know the marker ~0 in either word size', async () => {
    for (const wordSizeInBits of [32, 64] as const) {
      const image = await opened({
        pages,
        wordSizeInBits,
        fields: { phys_base: 2n ** BigInt(wordSizeInBits) - 1n },
      });
      expect(image.facts?.hints?.[0]).to.deep.include({ value: -1n, isUnknownMarker: true });
    }
  });

  it('name the machine, the time and the codec', async () => {
    const { utsname, timestampInSeconds, compression } = await factsOf({
      ...byMakedumpfile,
      status: 4,
    });
    expect(utsname?.nodename.value).to.equal('server');
    expect(utsname?.domainname.value).to.equal('');
    expect(timestampInSeconds?.value).to.equal(1700000000);
    expect(compression).to.equal('snappy');
  });

  it('say none of an uncompressed file, and zlib of a compressed one', async () => {
    expect((await opened({ pages })).facts?.compression).to.equal('none');
    expect((await opened({ pages, compression: zlib })).facts?.compression).to.equal('zlib');
  });

  it('say where the header points to VMCOREINFO', async () => {
    const file = build({ pages, vmcoreinfo: 'OSRELEASE=6.1\n' });
    const place = { fileOffset: blockSizeInBytes + 104, note: 'offset_vmcoreinfo' };
    expect((await open(file)).facts?.vmcoreinfoAt).to.deep.equal(place);
    expect((await opened({ pages })).facts?.vmcoreinfoAt).to.equal(undefined);
  });
});

describe('the origin signs of a KDUMP header', () => {
  it('show QEMU’s habits in the order of their report', async () => {
    expect(await signs(byQemu)).to.deep.equal([
      'writtenBy qemu 20: only the machine is named in utsname',
      'writtenBy qemu 15: header_version is 6 and there is no timestamp',
      'writtenBy qemu 10: dump_level is 1 and the dump is not split',
      'writtenBy qemu 10: status names one codec and nothing else',
      'writtenBy qemu 20: the notes follow the sub header at once',
    ]);
  });

  it('show what QEMU never does, and makedumpfile does', async () => {
    expect(await signs(byMakedumpfile)).to.deep.equal([
      'writtenBy qemu -100: QEMU names no release',
      'writtenBy qemu -50: QEMU writes no timestamp',
      'writtenBy qemu -50: QEMU writes dump_level 1 only',
      'writtenBy makedumpfile 40: utsname names the release',
      'writtenBy makedumpfile 30: dump_level is one that only a filter leaves',
    ]);
  });

  it('show a kdump capture between the release and the filter', async () => {
    const image = await opened({
      pages,
      vmcoreinfo: 'CRASHTIME=1700000000\n',
      fields: byMakedumpfile,
    });
    const because = image.facts?.origins
      ?.filter(({ who }) => who === 'makedumpfile')
      .map((sign) => sign.because);
    expect(because).to.deep.equal([
      'utsname names the release',
      'it is a KDUMP file made of a kdump capture',
      'dump_level is one that only a filter leaves',
    ]);
  });

  it('show zstd, a split dump and erased data', async () => {
    const fields = {
      status: 0x20,
      split: 1,
      start_pfn: 0,
      end_pfn: 2,
      start_pfn_64: 0,
      end_pfn_64: 2,
    };
    const shown = await signs({ ...fields, offset_eraseinfo: 64, size_eraseinfo: 4 });
    expect(shown).to.include.members([
      'writtenBy qemu -100: QEMU knows no zstd',
      'writtenBy qemu -50: QEMU does not split dumps',
      'writtenBy qemu -50: QEMU erases nothing',
      'writtenBy makedumpfile 60: the dump is split',
      'writtenBy makedumpfile 40: pages are compressed with zstd',
    ]);
  });

  it('show the marker ~0 first', async () => {
    const [first] = await signs({ ...byQemu, phys_base: 2n ** 64n - 1n });
    expect(first).to.equal('writtenBy qemu 60: phys_base is ~0, the marker for "not known"');
  });

  it('point to the fields in the file', async () => {
    const file = build({ pages, fields: byQemu });
    const sign = (await open(file)).facts?.origins?.find(({ score }) => score === 15);
    expect(sign?.at).to.deep.equal(
      ['header_version', 'timestamp_sec', 'timestamp_usec'].map((note) => ({
        fileOffset: file.fieldOffsets.get(note),
        note,
      })),
    );
  });

  it('never fail, whatever a header holds', () => {
    const value = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.integer(),
      fc.string(),
    );
    const names = [...headerFields, ...subHeaderFields].map(({ name }) => name);
    const header = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(header, fc.string(), fc.boolean(), (given, vmcoreinfo, isMarked) => {
        const fields = new Map<string, HeaderValue>(Object.entries(given));
        const offsets = new Map(Object.keys(given).map((name, index) => [name, 8 * index]));
        for (const { score, because } of originSigns({ fields, offsets }, vmcoreinfo, isMarked)) {
          expect(Number.isFinite(score)).to.equal(true);
          expect(because).to.match(/\w+ \w+/);
        }
      }),
    );
  });
});
