import {
  describeContainer,
  headOf,
  openContainer,
  openContext,
  propertyRuns,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  bytesOf,
  comparedDigests,
  concatenated,
  containerNamed,
  errorOf,
  madeBy,
  memoryLike,
  sample,
} from '../contents.ts';
import { buildZip, type ZipPart } from './build-zip.ts';

const tiny = sample().subarray(85_500, 86_300);
const readme = Buffer.from('hello\n');
const zip = containerNamed('zip');
const part = (name: string, data: Uint8Array, fields: Partial<ZipPart> = {}): ZipPart => ({
  name,
  data,
  ...fields,
});

describeContainer(zip, {
  cases: [
    { title: 'zip -0', file: madeBy('stored.zip'), holds: { tiny, 'docs/readme': readme } },
    {
      title: "Python's zipfile into a pipe",
      file: madeBy('py-stream.zip'),
      holds: { tiny, 'docs/readme': readme },
    },
    { title: 'an archive of nothing', file: buildZip([]), holds: {} },
  ],
});

describe('zip archives', () => {
  it('were claimed by nothing after a program that unpacks them', async () => {
    const archive = buildZip([part('a', tiny), part('b', readme, { isStored: true })]);
    const elf = (type: number): Uint8Array => {
      const head = new Uint8Array(500);
      head.set(Buffer.from('\x7fELF'));
      head[16] = type;
      return head;
    };
    for (const stub of [Buffer.from('#!/bin/sh\nexit\n'), Buffer.from('MZ....'), elf(2), elf(3)]) {
      const file = concatenated(stub, archive);
      expect(zip.probe(headOf(file))?.because).to.equal('a program with a zip archive after it');
      using contents = await openContainer(zip, file);
      expect(contents.entries.map(({ name }) => name)).to.deep.equal(['a', 'b']);
      expect(Buffer.compare(bytesOf(contents), tiny)).to.equal(0);
      expect(contents.damage).to.deep.equal([]);
    }
    // A guest writes the end of its memory, with which a core ends.
    for (const other of [elf(4), Buffer.from('text')]) {
      expect(zip.probe(headOf(concatenated(other, archive)))).to.equal(undefined);
    }
    expect(zip.probe(headOf(Buffer.from('MZ and no archive'.padEnd(99))))).to.equal(undefined);
  });

  it('state the CRC-32 of a stored file, which nothing compared', async () => {
    const stored = { isStored: true } as const;
    expect(await comparedDigests('zip', buildZip([part('a', tiny, stored)]))).to.deep.equal([
      'crc32 right',
    ]);
    const wrong = buildZip([part('a', tiny, { ...stored, listed: { crc32: 7 } })]);
    expect(await comparedDigests('zip', wrong)).to.deep.equal(['crc32 wrong']);
    expect(await comparedDigests('zip', buildZip([part('a', tiny)]))).to.deep.equal([]);
  });

  for (const [file, holds] of [
    ['plain.zip', { 'docs/readme': readme, sample: sample(), tiny }],
    ['streamed.zip', { '-': tiny }],
    ['wide.zip', { tiny }],
    ['sevenz.zip', { 'docs/readme': readme, tiny }],
  ] as const) {
    it(`give what ${file} holds`, async () => {
      using contents = await openContainer(zip, madeBy(file));
      const names = contents.entries.map(({ name }) => name);
      expect(names).to.deep.equal(Object.keys(holds));
      for (const [index, wanted] of Object.values(holds).entries()) {
        const bytes = new Uint8Array(wanted.length + 1);
        const [source] = contents.entries.slice(index).map((entry) => contents.open(entry));
        expect(bytes.subarray(0, source?.readInto(0, bytes))).to.deep.equal(
          Uint8Array.from(wanted),
        );
      }
      expect(contents.damage).to.deep.equal([]);
    });
  }

  it('list files alone: no folders and no links; of one name the last', async () => {
    const file = buildZip([
      part('folder/', new Uint8Array(0), { isStored: true }),
      part('a', Buffer.from('one')),
      part('link', Buffer.from('a'), { mode: 0o120777 }),
      part('b', Buffer.from('three'), { mode: 0o100644, isStored: true }),
      part('a', Buffer.from('later')),
    ]);
    using contents = await openContainer(zip, file);
    expect(contents.entries).to.deep.equal([
      { name: 'a', sizeInBytes: 5, kind: 'file' },
      { name: 'b', sizeInBytes: 5, kind: 'file' },
    ]);
    expect(Buffer.from(bytesOf(contents)).toString()).to.equal('later');
    expect(contents.damage).to.deep.equal([]);
  });

  it('give the start of an entry without unpacking it', async () => {
    const large = memoryLike(3_000_000);
    using contents = await openContainer(zip, buildZip([part('a', large), part('b', tiny)]));
    const [entry = { name: '', sizeInBytes: 0 }] = contents.entries;
    const start = contents.startOf?.(entry, 70_000) ?? new Uint8Array(0);
    expect(Buffer.compare(start, large.subarray(0, 70_000))).to.equal(0);
    expect(contents.snapshot).to.equal(undefined);
  });

  it('reads any part of several entries in turn', async () => {
    const large = memoryLike(2_500_000);
    const turned = large.toReversed();
    using contents = await openContainer(zip, buildZip([part('a', large), part('b', turned)]));
    const sources = contents.entries.map((entry) => contents.open(entry));
    for (const offset of [2_400_000, 10, 1_100_000, 2_000_000]) {
      for (const [index, wanted] of [large, turned].entries()) {
        const target = new Uint8Array(5000);
        sources[index]?.readInto(offset, target);
        expect(Buffer.compare(target, wanted.subarray(offset, offset + 5000))).to.equal(0);
      }
    }
  });

  it('refuse an entry that is encrypted or compressed otherwise, and name how', async () => {
    for (const [file, sentence] of [
      [
        'encrypted.zip',
        'tiny in buffer is encrypted: unpack it first with its password: 7z x FILE',
      ],
      [
        'bzip2.zip',
        'tiny in buffer is compressed by method 12 (bzip2): unpack it first: 7z x FILE',
      ],
    ] as const) {
      using contents = await openContainer(zip, madeBy(file));
      expect(contents.entries.map(({ name }) => name)).to.deep.equal(['tiny']);
      expect(() => bytesOf(contents)).to.throw(sentence);
    }
  });

  it('are claimed by the header of their first file, or as empty ones', () => {
    expect(zip.probe(headOf(madeBy('plain.zip')))?.strength).to.equal('signature');
    expect(zip.probe(headOf(buildZip([])))?.strength).to.equal('signature');
    for (const text of ['PK\x03\x04', `PK\x03\x04${'\xff'.repeat(90)}`]) {
      expect(zip.probe(headOf(Buffer.from(text, 'latin1')))?.strength).to.equal('likely');
    }
    expect(zip.probe(headOf(Buffer.from('PK and more text')))).to.equal(undefined);
  });

  it('give what was put in, whatever it is', () => {
    return fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[a-zé~ ]{1,30}$/u), { maxLength: 5 }),
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 1500 }), fc.boolean()), {
          minLength: 5,
          maxLength: 5,
        }),
        async (names, data) => {
          const parts = names.map((name, index) => {
            const [bytes = new Uint8Array(0), isStored = true] = data[index] ?? [];
            return part(name, bytes, { isStored });
          });
          using contents = await openContainer(zip, buildZip(parts));
          expect(contents.entries.map(({ name }) => name)).to.deep.equal(names);
          for (const [index, entry] of contents.entries.entries()) {
            const bytes = new Uint8Array(2000);
            const got = contents.open(entry).readInto(0, bytes);
            const wanted = data[index]?.[0] ?? bytes;
            expect(Buffer.compare(bytes.subarray(0, got), wanted)).to.equal(0);
            const start = contents.startOf?.(entry, 2000) ?? bytes;
            expect(Buffer.compare(start, wanted)).to.equal(0);
          }
          expect(contents.damage).to.deep.equal([]);
        },
      ),
      { numRuns: propertyRuns(10) },
    );
  });
});

describe('zip archives that lie or are damaged', () => {
  const refusal = async (file: Uint8Array): Promise<string> =>
    String(
      await errorOf(
        (async () => {
          using contents = await openContainer(zip, file);
          bytesOf(contents);
        })(),
      ),
    );

  for (const [what, file, sentence] of [
    [
      'whose list ends after its own end',
      () => buildZip([part('a', tiny)], { size: 900 }),
      /zip end record at 0x\w+: end of the central directory is 0x\w+, wanted at most its own offset, \d+$/,
    ],
    [
      'whose list is elsewhere',
      () => buildZip([part('a', tiny)], { offset: 3 }),
      /zip central directory entry at 0x3: signature is 0x\w+, wanted 0x2014b50$/,
    ],
    [
      'whose list is shorter than its count',
      () => buildZip([part('a', tiny)], { size: 40 }),
      /zip central directory entry at 0x\w+: end is 0x\w+, wanted at most \d+, where the central/,
    ],
    [
      'whose header names another file',
      () => buildZip([part('a', tiny, { local: { name: 'b' } })]),
      /zip local header at 0x0: name is 'b', wanted a, as the central directory has it$/,
    ],
    [
      'whose header states another method',
      () => buildZip([part('a', tiny, { local: { method: 0 } })]),
      /zip local header at 0x0: method is 0x0, wanted 8, as the central directory has it$/,
    ],
    [
      'whose data reach into the next file',
      () => buildZip([part('a', tiny, { listed: { packed: 600 } }), part('b', tiny)]),
      /zip local header at 0x0: end of its data is 0x277, wanted at most \d+, where others begin$/,
    ],
    [
      'whose data reach over its end',
      () => buildZip([part('a', tiny, { listed: { packed: 60_000 } })]),
      /a in the zip archive at 0x1f: wanted 60000 bytes, got \d+: the file ends there/,
    ],
    [
      'whose stored size is another',
      () => buildZip([part('a', tiny, { isStored: true, listed: { size: 1000 } })]),
      /zip local header at 0x0: size is 0x3e8, wanted 800, the size of its data, because it is stored$/,
    ],
    [
      'whose file lies elsewhere',
      () => buildZip([part('a', tiny, { listed: { offset: 9 } })]),
      /zip local header at 0x9: signature is 0x\w+, wanted 0x4034b50$/,
    ],
    [
      'that has no place for a wide number',
      () => buildZip([part('a', tiny, { listed: { size: 0xffffffff } })]),
      /length of the zip64 extra field is 0x0, wanted at least 8 bytes$/,
    ],
  ] as const) {
    it(`refuse one ${what}, with the offset and both numbers`, async () => {
      expect(await refusal(file())).to.match(sentence);
    });
  }

  it('refuse both of two files at one place, as a bomb has them', async () => {
    const file = buildZip([part('a', tiny), part('a', tiny, { listed: { offset: 0 } })]);
    expect(await refusal(file)).to.match(
      /zip local header at 0x0: end of its data is 0x\w+, wanted at most 0, where others begin$/,
    );
  });

  it('refuse a part of a split archive', async () => {
    const file = buildZip([part('a', tiny)]).slice();
    file[file.length - 18] = 1;
    expect(await refusal(file)).to.include(
      'buffer is part 2 of a split zip archive: join its parts first: zip -s 0 FILE --out JOINED.zip',
    );
  });

  it('refuse a bomb by what it states, and by what it holds', async () => {
    const context = openContext({ maxUnpackedInBytes: 2_000_000 });
    const zeros = new Uint8Array(3_000_000);
    for (const size of [3_000_000, 5]) {
      using contents = await openContainer(
        zip,
        buildZip([part('a', zeros, { listed: { size } })]),
        context,
      );
      expect(() => bytesOf(contents)).to.throw(
        /^zip (member|stream) at 0x\w+: unpacked size is 0x\w+, wanted at most 2000000 bytes out of/,
      );
    }
  });

  it('say that the checksum or the size of a file does not match', async () => {
    for (const [listed, sentence] of [
      [{ crc32: 0x55555555 }, /its CRC32 is 0x55555555, that of its contents 0x\w+$/],
      [{ size: 799 }, /its size is 799, that of its contents 800$/],
    ] as const) {
      using contents = await openContainer(zip, buildZip([part('a', tiny, { listed })]));
      expect(bytesOf(contents)).to.deep.equal(tiny);
      expect(contents.damage.map(({ detail }) => detail)[0]).to.match(sentence);
      expect(contents.snapshot).to.equal(undefined);
    }
  });

  it('list what comes before damage in the list, and say where', async () => {
    const file = buildZip([part('a', tiny), part('b', tiny)]).slice();
    file[file.length - 22 - 47] = 0;
    using contents = await openContainer(zip, file);
    expect(contents.entries.map(({ name }) => name)).to.deep.equal(['a']);
    expect(contents.damage.map(({ detail }) => detail)[0]).to.match(
      /^zip central directory entry at 0x\w+: signature is 0x2014b00, wanted 0x2014b50; only the/,
    );
  });

  it('that are cut give what is left, by the headers of their files', async () => {
    const large = memoryLike(50_000);
    const whole = buildZip([part('a', tiny), part('b', large), part('c', tiny)]);
    using contents = await openContainer(zip, whole.subarray(0, 9000));
    expect(contents.entries.map(({ name }) => name)).to.deep.equal(['a', 'b']);
    const [first, second] = contents.entries.map((entry) => contents.open(entry));
    expect(first?.sizeInBytes).to.equal(800);
    const target = new Uint8Array(second?.sizeInBytes ?? 0);
    second?.readInto(0, target);
    expect(target.length).to.be.above(5000).and.below(50_000);
    expect(Buffer.compare(target, large.subarray(0, target.length))).to.equal(0);
    expect(contents.damage.map(({ name }) => name)).to.deep.equal([
      'archive-unfinished',
      'compressed-unfinished',
    ]);
  });

  it('that are cut and were streamed give their first file', async () => {
    const file = madeBy('py-stream.zip');
    using contents = await openContainer(zip, file.subarray(0, file.length - 30));
    expect(contents.entries).to.deep.equal([{ name: 'tiny', sizeInBytes: null, kind: 'file' }]);
    expect(bytesOf(contents)).to.deep.equal(tiny);
  });

  it('refuse one of more files than are listed', async () => {
    const file = new Uint8Array(56 + 20 + 22);
    const view = new DataView(file.buffer);
    view.setUint32(0, 0x06064b50, true);
    view.setUint32(32, 200_000, true);
    view.setUint32(56, 0x07064b50, true);
    view.setUint32(76, 0x06054b50, true);
    expect(await refusal(file)).to.include(
      'a zip archive of more than 100000 files (at file offset 0): unpack it first: unzip FILE',
    );
  });
});
