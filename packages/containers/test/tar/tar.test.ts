import { gunzipSync } from 'node:zlib';
import { describeContainer, headOf, openContainer } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  bytesOf,
  concatenated,
  containerNamed,
  contentOf,
  errorOf,
  madeBy,
  sample,
} from '../contents.ts';

const tiny = sample().subarray(85_500, 86_300);
const longName = 'n'.repeat(150);
const tar = containerNamed('tar');
/** 25 pages, each after two that are a hole. */
const many = new Uint8Array(25 * 12_288 + 5000);
for (let page = 0; page < 25; page++) {
  many.fill(page + 1, page * 12_288, page * 12_288 + 4096);
}

interface Fields {
  readonly type?: string;
  readonly size?: string;
  /** Text at other places of the header. */
  readonly put?: readonly { readonly at: number; readonly text: string }[];
}

/** A member with a right checksum. */
function member(name: string, data: Uint8Array, fields: Fields = {}) {
  const header = new Uint8Array(512);
  const put = (at: number, text: string): void => header.set(Buffer.from(text, 'latin1'), at);
  put(0, name);
  put(124, fields.size ?? `${data.length.toString(8).padStart(11, '0')}\0`);
  put(148, ' '.repeat(8));
  put(156, fields.type ?? '0');
  put(257, 'ustar\x0000');
  for (const { at, text } of fields.put ?? []) {
    put(at, text);
  }
  put(
    148,
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
  );
  return concatenated(header, data, new Uint8Array((512 - (data.length % 512)) % 512));
}

describeContainer(tar, {
  cases: ['gnu.tar', 'pax.tar'].map((file) => ({
    title: file,
    file: madeBy(file),
    holds: { tiny, [longName]: tiny },
  })),
});

describe('tar archives', () => {
  it('list files alone, with their names and sizes', async () => {
    const file = concatenated(
      member('folder/', new Uint8Array(0), { type: '5' }),
      member('a', Buffer.from('one')),
      member('link', new Uint8Array(0), { type: '2' }),
      member('b', Buffer.from('three'), { type: '\0' }),
      member('a', Buffer.from('later')),
      new Uint8Array(1024),
    );
    using contents = await openContainer(tar, file);
    expect(contents.entries).to.deep.equal([
      { name: 'a', sizeInBytes: 5, kind: 'file' },
      { name: 'b', sizeInBytes: 5, kind: 'file' },
    ]);
    expect(Buffer.from(bytesOf(contents)).toString()).to.equal('later');
    expect(contents.damage).to.deep.equal([]);
  });

  it('hold files of 8 GiB and more, whose size is no octal number', async () => {
    const size = '\x80\0\0\0\0\0\0\x02\0\0\0\0';
    const file = member('vmcore', new Uint8Array(512), { size });
    using contents = await openContainer(tar, file);
    expect(contents.entries[0]?.sizeInBytes).to.equal(512);
    expect(contents.damage[0]?.detail).to.equal(
      'the tar archive ends within vmcore at 0x200: 512 bytes of 8589934592',
    );
  });

  it('that are cut give what is left of their last file, and say where', async () => {
    using contents = await openContainer(tar, madeBy('gnu.tar').subarray(0, 700));
    expect(contents.entries).to.deep.equal([{ name: 'tiny', sizeInBytes: 188, kind: 'file' }]);
    expect(contents.damage).to.have.length(1);
    expect(contents.damage[0]).to.include({ name: 'archive-unfinished', fileOffset: 512 });
  });

  it('that are damaged list what comes before, and say where', async () => {
    const file = madeBy('gnu.tar').slice();
    file.fill(1, 1540, 1544);
    using contents = await openContainer(tar, file);
    expect(contents.entries.map(({ name }) => name)).to.deep.equal(['tiny']);
    expect(contents.damage[0]).to.include({ name: 'archive-damaged', fileOffset: 1536 });
  });

  it('give a file whose holes are left out with zeros there', async () => {
    for (const name of ['sparse.tar', 'sparse-pax.tar']) {
      using contents = await openContainer(tar, madeBy(name));
      const [entry] = contents.entries;
      expect(entry?.name).to.equal('holes');
      const bytes = bytesOf(contents);
      expect(entry?.sizeInBytes).to.equal(bytes.length);
      expect(bytes.length).to.be.above(99_999);
    }
  });

  for (const form of ['gnu', '0.0', '0.1', '1.0']) {
    const archive = gunzipSync(madeBy(`many-${form}.tar.gz`));

    it(`give a file of many holes, and the one after it: tar -S of the format ${form}`, async () => {
      using contents = await openContainer(tar, archive);
      expect(contents.entries).to.deep.equal([
        { name: 'many', sizeInBytes: many.length, kind: 'file' },
        { name: 'after', sizeInBytes: 5, kind: 'file' },
      ]);
      expect(Buffer.compare(bytesOf(contents), many)).to.equal(0);
      const source = contentOf(contents);
      for (let offset = 0; offset < many.length + 5000; offset += 1777) {
        const target = new Uint8Array(6000).fill(0xee);
        const got = source.readInto(offset, target);
        const wanted = many.subarray(offset, offset + 6000);
        expect(Buffer.compare(target.subarray(0, got), wanted), `${offset}`).to.equal(0);
      }
      expect(contents.damage).to.deep.equal([]);
    });

    it(`give such a file up to where the archive is cut: format ${form}`, async () => {
      using contents = await openContainer(tar, archive.subarray(0, 60_000));
      const bytes = bytesOf(contents);
      expect(bytes.length).to.be.above(150_000).and.below(many.length);
      expect(Buffer.compare(bytes, many.subarray(0, bytes.length))).to.equal(0);
      expect(contents.damage.map(({ name }) => name)).to.deep.equal(['archive-unfinished']);
    });
  }

  const sparseRefusal = async (records: string, data: Uint8Array): Promise<string> => {
    const file = concatenated(member('x', Buffer.from(records), { type: 'x' }), member('f', data));
    using contents = await openContainer(tar, file);
    try {
      bytesOf(contents);
    } catch (error) {
      return String(error);
    }
    return 'none';
  };
  const record = (text: string): string => {
    const length = text.length + 2;
    return `${length + String(length + String(length).length).length} ${text}\n`;
  };
  const stored = new Uint8Array(512);
  for (const [what, records, bytes, wanted] of [
    [
      'overlap',
      ['map=0,100,50,100', 'size=9000'],
      stored,
      "stretch 1 is '50 + 100', wanted a stretch from 100 up to 9000",
    ],
    [
      'end after the file',
      ['map=0,9001', 'size=9000'],
      stored,
      "stretch 0 is '0 + 9001', wanted a stretch from 0 up to 9000",
    ],
    [
      'are no numbers',
      ['map=a,b', 'size=9000'],
      stored,
      "tar archive at 0x200: GNU.sparse.map is 'a', wanted decimal digits",
    ],
    [
      'are more than the archive has',
      ['map=0,600', 'size=9000'],
      stored,
      'sum of the stretches is 0x258, wanted 512 bytes, which the archive has of it',
    ],
    ['have no size', ['map=0,1'], stored, "size is '', wanted a number below 2^53"],
    [
      'are larger than a file may be',
      ['map=0,1', 'size=2000000000000'],
      stored,
      'unpacked size is 0x1d1a94a2000, wanted at most',
    ],
    [
      'are too many',
      ['major=1', 'realsize=9000'],
      Buffer.from('9999999\n'.padEnd(512, ' ')),
      'number of stretches is 0x98967f, wanted from 0 to 1048576',
    ],
    [
      'never end',
      ['major=1', 'realsize=9000'],
      Buffer.alloc(512, '1'),
      'length of a number is 0x15, wanted at most 20 digits',
    ],
  ] as const) {
    it(`refuse a sparse file whose stretches ${what}, with both numbers`, async () => {
      const text = records.map((each) => record(`GNU.sparse.${each}`)).join('');
      expect(await sparseRefusal(text, bytes)).to.include(wanted);
    });
  }

  // Each of these opened without a word, with bytes at wrong places.
  for (const [what, records, bytes, wanted] of [
    [
      'a letter',
      ['major=1', 'realsize=9000'],
      Buffer.from('1\n0\n245w6\n'.padEnd(512, '\0')),
      "at 0x604: number in a line is '245w6', wanted decimal digits",
    ],
    [
      'only letters',
      ['major=1', 'realsize=9000'],
      Buffer.from('1\n0\nzz\n'.padEnd(512, '\0')),
      "number in a line is 'zz', wanted decimal digits",
    ],
    [
      'a sign',
      ['major=1', 'realsize=9000'],
      Buffer.from('-1\n'.padEnd(512, '\0')),
      "at 0x600: number in a line is '-1', wanted decimal digits",
    ],
    [
      'nothing',
      ['major=1', 'realsize=9000'],
      Buffer.from('\n'.padEnd(512, '\0')),
      "number in a line is '', wanted decimal digits",
    ],
    ['no place', ['map=,512', 'size=9000'], stored, "GNU.sparse.map is '', wanted decimal digits"],
    [
      'a power of ten',
      ['offset=0', 'numbytes=5e2', 'size=9000'],
      stored,
      "at 0x217: GNU.sparse.numbytes is '5e2', wanted decimal digits",
    ],
    [
      'a length before its offset',
      ['numbytes=512', 'offset=0', 'size=9000'],
      stored,
      "key is 'GNU.sparse.numbytes', wanted GNU.sparse.offset",
    ],
    [
      'no last length',
      ['map=0,512,600', 'size=9000'],
      stored,
      'number of values is 0x3, wanted an offset and a length each',
    ],
    [
      'less than the archive has',
      ['map=0,500', 'size=9000'],
      stored,
      'sum of the stretches is 0x1f4, wanted 512 bytes, which the archive has of it',
    ],
    [
      'an unknown version',
      ['major=2', 'size=9000'],
      stored,
      "GNU.sparse.major is '2', wanted 0 or 1",
    ],
    [
      'a size in base 16',
      ['map=0,512', 'size=0x2000'],
      stored,
      "size is '0x2000', wanted a number below 2^53",
    ],
  ] as const) {
    it(`refuse a sparse file whose map has ${what}`, async () => {
      const text = records.map((each) => record(`GNU.sparse.${each}`)).join('');
      expect(await sparseRefusal(text, bytes)).to.include(wanted);
    });
  }

  // Digits 8 and 9 were read as decimal ones, blanks as 0.
  for (const [what, at, wanted] of [
    ['stretch', 398, "at 0x18e: number of a stretch is '00000000589', wanted octal digits"],
    ['size', 483, "size is '00000000589', wanted a number below 2^53"],
  ] as const) {
    it(`refuse a sparse file whose header has a ${what} that is not octal`, async () => {
      const fields = { at: 386, text: `${'0'.repeat(11)}\0${'1000'.padStart(11, '0')}\0` };
      const size = { at: 483, text: `${'1000'.padStart(11, '0')}\0` };
      const wrong = { at, text: '00000000589\0' };
      const right = member('f', stored, { type: 'S', put: [fields, size] });
      using good = await openContainer(tar, right);
      expect(bytesOf(good)).to.deep.equal(stored);
      const file = member('f', stored, { type: 'S', put: [fields, size, wrong] });
      using contents = await openContainer(tar, file);
      expect(() => bytesOf(contents)).to.throw(wanted);
    });
  }

  // Such a record, and all after it, were passed over: the file was read without its map.
  for (const [what, text, wanted] of [
    [
      'length',
      '0x10 size=512000\n',
      "length is '0x10 size=512000\n', wanted a number up to 17, and",
    ],
    ['end', '15 size=512000 ', "text is 'size=512000 ', wanted KEY=VALUE and a line feed"],
    ['equals sign', '12 size5120\n', "text is 'size5120\n', wanted KEY=VALUE and a line feed"],
  ] as const) {
    it(`list what comes before an extended header with a wrong ${what}`, async () => {
      const first = member('first', Buffer.from('one'));
      const extended = member('x', Buffer.from(text), { type: 'x' });
      const file = concatenated(first, extended, member('second', stored));
      using contents = await openContainer(tar, file);
      expect(contents.entries.map(({ name }) => name)).to.deep.equal(['first']);
      expect(contents.damage.map(({ detail }) => detail).join()).to.include(
        `record of a tar extended header at 0x600: ${wanted}`,
      );
    });
  }

  it('refuse a size in an extended header that is not decimal', async () => {
    for (const size of ['', ' 512', '0x200', '5e2', '-1']) {
      const extended = member('x', Buffer.from(record(`size=${size}`)), { type: 'x' });
      using contents = await openContainer(tar, concatenated(extended, member('f', stored)));
      expect(contents.entries).to.deep.equal([]);
      expect(contents.damage[0]?.detail).to.include(`size is '${size}', wanted from 0 to`);
    }
  });

  it('are claimed only with the right checksum', () => {
    const file = madeBy('gnu.tar').slice();
    expect(tar.probe(headOf(file))?.strength).to.equal('signature');
    file.fill(0x41, 0, 1);
    expect(tar.probe(headOf(file))).to.equal(undefined);
  });

  // The checksum of these is right, and was called wrong.
  for (const [what, size, got] of [
    ['of 2^63 - 1', `\x80\0\0\0\x7f${'\xff'.repeat(7)}`, '0x7fffffffffffffff'],
    ['of -1', '\xff'.repeat(12), "'-1'"],
    ['of blanks', ' '.repeat(12), "'            '"],
  ] as const) {
    it(`name the field, and what it holds, if the size is one ${what}`, async () => {
      const wrong = member('a', new Uint8Array(512), { size });
      const sentence = `size is ${got}, wanted from 0 to 0x1fffffffffffff bytes`;
      const error = await errorOf(openContainer(tar, wrong));
      expect(String(error)).to.equal(`VmcorekitError: tar header at 0x0: ${sentence}`);
      const second = concatenated(member('first', new Uint8Array(512)), wrong);
      using contents = await openContainer(tar, second);
      expect(contents.entries.map(({ name }) => name)).to.deep.equal(['first']);
      expect(contents.damage.map(({ detail }) => detail)).to.deep.equal([
        `tar header at 0x400: ${sentence}; only the files before it are listed`,
      ]);
    });
  }

  it('show the checksum that a header states, and its own, if they differ', async () => {
    const file = madeBy('gnu.tar').slice();
    file.fill(0x41, 0, 1);
    expect(String(await errorOf(openContainer(tar, file)))).to.match(
      /^VmcorekitError: tar header at 0x0: chksum is 0x\w+, wanted 0x\w+, the sum of its bytes$/,
    );
  });

  it('refuse a name that is longer than any', async () => {
    const size = '77777777777\0';
    const file = member('././@LongLink', new Uint8Array(512), { type: 'L', size });
    expect(String(await errorOf(openContainer(tar, file)))).to.include('tar header at 0x0: size');
  });

  it('give what was put in, whatever it is', () => {
    return fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[a-z]{1,90}$/), { maxLength: 5 }),
        fc.array(fc.uint8Array({ maxLength: 1500 }), { minLength: 5, maxLength: 5 }),
        async (names, data) => {
          const made = names.map((name, index) => member(name, data[index] ?? new Uint8Array(0)));
          using contents = await openContainer(tar, concatenated(...made, new Uint8Array(1024)));
          expect(contents.entries.map(({ name }) => name)).to.deep.equal(names);
          for (const [index, entry] of contents.entries.entries()) {
            const bytes = new Uint8Array(2000);
            const got = contents.open(entry).readInto(0, bytes);
            expect(Buffer.compare(bytes.subarray(0, got), data[index] ?? bytes)).to.equal(0);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
