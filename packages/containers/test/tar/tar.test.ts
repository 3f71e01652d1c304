import { describeContainer, headOf, openContainer } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { bytesOf, concatenated, containerNamed, errorOf, madeBy, sample } from '../contents.ts';

const tiny = sample().subarray(85_500, 86_300);
const longName = 'n'.repeat(150);
const tar = containerNamed('tar');

/** A member with a right checksum. */
function member(name: string, data: Uint8Array, fields: { type?: string; size?: string } = {}) {
  const header = new Uint8Array(512);
  const put = (at: number, text: string): void => header.set(Buffer.from(text, 'latin1'), at);
  put(0, name);
  put(124, fields.size ?? `${data.length.toString(8).padStart(11, '0')}\0`);
  put(148, ' '.repeat(8));
  put(156, fields.type ?? '0');
  put(257, 'ustar\x0000');
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

  it('refuse a file whose holes are left out', async () => {
    for (const name of ['sparse.tar', 'sparse-pax.tar']) {
      using contents = await openContainer(tar, madeBy(name));
      expect(contents.entries.map((entry) => entry.name)).to.deep.equal(['holes']);
      expect(() => bytesOf(contents)).to.throw(/holes in buffer is stored without its holes/);
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
