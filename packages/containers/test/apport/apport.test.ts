import { gzipSync } from 'node:zlib';
import type { ByteSource, ContainerContents } from '@vmcorekit/core';
import { describeContainer, headOf, openContainer } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  bytesOf,
  concatenated,
  containerNamed,
  errorOf,
  madeBy,
  memoryLike,
  unpacked,
} from '../contents.ts';
import { fieldOf, gzipPieces, textFields } from './build-report.ts';

const apport = containerNamed('apport');
const memory = memoryLike(60_000);
const pieces = gzipPieces(memory, 3001);
const report = (...fields: readonly string[]): Uint8Array =>
  Buffer.from(`${textFields}${fields.join('')}Tags: amd64\n`);
const opened = (file: Uint8Array): Promise<ContainerContents> => openContainer(apport, file);

describeContainer(apport, {
  cases: [
    {
      title: 'a report of a kernel',
      file: report(fieldOf('VmCore', gzipPieces(memory.subarray(0, 9000), 501))),
      holds: { VmCore: concatenated(...gzipPieces(memory.subarray(0, 9000), 501)) },
    },
    {
      title: 'a report of a program',
      file: report(fieldOf('CoreDump', [gzipSync('core')]), fieldOf('Log', [gzipSync('log')])),
      holds: { CoreDump: gzipSync('core'), Log: gzipSync('log') },
    },
  ],
});

describe('crash reports of apport', () => {
  it('hold the memory as a gzip file in pieces, each a line of base64', async () => {
    using contents = await opened(report(fieldOf('VmCore', pieces)));
    const packed = bytesOf(contents);
    expect(packed).to.deep.equal(concatenated(...pieces));
    expect((await unpacked('gzip', packed)).bytes).to.deep.equal(memory);
    expect(contents.damage).to.deep.equal([]);
  });

  it('or as a zstd file', async () => {
    using contents = await opened(report(fieldOf('VmCore', [madeBy('tiny.zst')])));
    expect(Buffer.compare(bytesOf(contents), madeBy('tiny.zst'))).to.equal(0);
  });

  it('give the memory alone, whatever else is in them', async () => {
    using contents = await opened(
      report(fieldOf('Log', [gzipSync('log')]), fieldOf('VmCore', pieces)),
    );
    expect(contents.entries).to.deep.equal([
      { name: 'VmCore', sizeInBytes: concatenated(...pieces).length, kind: 'field' },
    ]);
  });

  it('with two fields of memory gave the last one alone, and did not say so', async () => {
    using contents = await opened(
      report(fieldOf('VmCore', pieces), fieldOf('VmCore', [Buffer.from('notes')])),
    );
    const [first, second] = contents.entries.map((entry) => [entry.name, contents.open(entry)]);
    expect([first?.[0], second?.[0]]).to.deep.equal(['VmCore', 'VmCore (2)']);
    expect(
      [first?.[1], second?.[1]].map((source) => (source as ByteSource).sizeInBytes),
    ).to.deep.equal([concatenated(...pieces).length, 5]);
  });

  it('with CRLF at the end of their lines were said to hold no file', async () => {
    const text = `${textFields}${fieldOf('VmCore', pieces)}Tags: amd64\n`.replaceAll('\n', '\r\n');
    expect(apport.probe(headOf(Buffer.from(text)))?.strength).to.equal('signature');
    using contents = await opened(Buffer.from(text));
    expect(Buffer.compare(bytesOf(contents), concatenated(...pieces))).to.equal(0);
    expect(contents.damage).to.deep.equal([]);
  });

  it('with one bad byte could not be read at all: what lies before it is', async () => {
    const whole = report(fieldOf('VmCore', pieces));
    const wanted = concatenated(...pieces);
    const end = whole.length - 'Tags: amd64\n'.length - 1;
    for (const [at, byte] of [
      [5000, '!'],
      [5001, ' '],
      [5002, '='],
      [end - 1, '\0'],
      [textFields.length + 'VmCore: base64\n'.length + 1, '-'],
    ] as const) {
      const file = Buffer.from(whole);
      file.write(byte, at, 'latin1');
      using contents = await opened(file);
      const bytes = bytesOf(contents);
      expect(Buffer.compare(bytes, wanted.subarray(0, bytes.length))).to.equal(0);
      expect((at * 3) / 4 - bytes.length).to.be.within(0, 90);
      expect(contents.damage.map(({ name, loses, detail }) => [name, loses, detail])).to.deep.equal(
        [
          [
            'archive-damaged',
            'page',
            `byte 0x${byte.charCodeAt(0).toString(16)} at 0x${at.toString(16)} in the crash report is none of base64; only what lies before it in its field is read`,
          ],
        ],
      );
    }
  });

  it('may have lines longer than what is decoded at once', async () => {
    const large = memoryLike(500_000);
    using contents = await opened(report(fieldOf('VmCore', [large, large.subarray(0, 98_305)])));
    expect(
      Buffer.compare(bytesOf(contents), concatenated(large, large.subarray(0, 98_305))),
    ).to.equal(0);
  });

  it('are claimed by their first field, or by the line of the memory', () => {
    expect(apport.probe(headOf(Buffer.from(textFields)))?.strength).to.equal('signature');
    const other = Buffer.from(`Date: today\n${fieldOf('VmCore', pieces)}`);
    expect(apport.probe(headOf(other))?.strength).to.equal('signature');
    for (const text of [
      'Date: today\n',
      'VmCore of today: base64\n',
      'no field\nVmCore: base64\n',
    ]) {
      expect(apport.probe(headOf(Buffer.from(text)))).to.equal(undefined);
    }
  });

  it('that are cut give what is left, and say where', async () => {
    const whole = report(fieldOf('VmCore', pieces));
    for (const length of [5000, 5001, 5002, 5003]) {
      using contents = await opened(whole.subarray(0, length));
      const bytes = bytesOf(contents);
      const wanted = concatenated(...pieces).subarray(0, bytes.length);
      expect(Buffer.compare(bytes, wanted)).to.equal(0);
      expect(bytes.length).to.be.above(3600);
      expect(contents.damage.map(({ detail }) => detail)[0]).to.match(
        /^the crash report ends within a line of base64 at 0x\w+, after \d+ bytes of it$/,
      );
    }
  });

  it('say where a line is none of base64', async () => {
    const start = textFields.length + 'VmCore: base64\n'.length + 1;
    using odd = await opened(Buffer.from(`${textFields}VmCore: base64\n QUJD\n QUJDR\n QQ==\n`));
    expect(Buffer.from(bytesOf(odd)).toString()).to.equal('ABC');
    expect(odd.damage.map(({ detail }) => detail)).to.deep.equal([
      `a line of base64 at 0x${(start + 6).toString(16)} in the crash report has 5 characters, wanted a multiple of 4; only the lines before it are read`,
    ]);
  });

  it('refuse one of more fields than any has', async () => {
    const error = await errorOf(
      opened(report(...Array.from({ length: 1001 }, () => 'a: base64\n'))),
    );
    expect(String(error)).to.include('a crash report of more than 1000 fields in base64');
  });

  it('give what was put in, whatever the pieces', () => {
    return fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 8 }),
        async (parts) => {
          using contents = await opened(report(fieldOf('VmCore', parts)));
          expect(Buffer.compare(bytesOf(contents), concatenated(...parts))).to.equal(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});
