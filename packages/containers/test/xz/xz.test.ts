import { isVmcorekitError, type VmcorekitError } from '@vmcorekit/core';
import { describeContainer, openContext } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  comparedDigests,
  concatenated,
  containerNamed,
  errorOf,
  madeBy,
  sample,
  statedDigests,
  unpacked,
} from '../contents.ts';
import { expectOneBlockLost, itUnpacks } from '../made-files.ts';
import { branches } from './branches.ts';

const files = ['sample.xz', 'blocks.xz', 'crc32.xz', 'sha256.xz', 'two.xz'];

describeContainer(containerNamed('xz'), {
  cases: ['two.xz'].map((file) => ({ title: file, file: madeBy(file), holds: { '': sample() } })),
});

describe('xz files', () => {
  it('state the SHA-256 of their blocks, which nothing compared', async () => {
    const file = madeBy('sha256.xz').slice();
    const right = await comparedDigests('xz', file);
    expect(new Set(right)).to.deep.equal(new Set(['sha256 right']));
    const [{ fileOffset = 0 } = {}] = await statedDigests('xz', file);
    file.fill(1, fileOffset, fileOffset + 32);
    expect((await comparedDigests('xz', file))[0]).to.equal('sha256 wrong');
    expect(await comparedDigests('xz', madeBy('sample.xz'))).to.deep.equal([]);
  });

  itUnpacks('xz', files);

  it('of several blocks are read block by block, and lose only a damaged one', () =>
    expectOneBlockLost('xz', {
      file: 'blocks.xz',
      from: 100,
      to: 104,
      error: /^xz at file offset 0xc: a block of \d+ bytes: /,
      heldAt: 70_000,
    }));

  it('that are cut, and so lost their index, are read as far as they go', async () => {
    for (const name of files) {
      const file = madeBy(name);
      for (const length of [file.length - 1, file.length - 30]) {
        const { bytes, damage, details } = await unpacked('xz', file.subarray(0, length));
        expect(damage, `${name} ${length}`).to.deep.equal(['compressed-unfinished']);
        expect(details).to.match(/; only the \d+ bytes that come before are read$/);
        expect(Buffer.compare(bytes, sample().subarray(0, bytes.length))).to.equal(0);
      }
    }
  });

  // It was read with a remark, and later ones were lost.
  it('hold nothing of the first block either if its checksum is wrong', async () => {
    for (const [name, digits] of [
      ['crc32.xz', 8],
      ['sample.xz', 16],
    ] as const) {
      const file = madeBy(name).slice();
      // The index of one block takes 16 bytes with its checksum, the footer 12.
      const checkAt = file.length - 12 - 12 - digits / 2;
      file.fill(0xab, checkAt, checkAt + digits / 2);
      const { code, message } = (await errorOf(unpacked('xz', file))) as VmcorekitError;
      expect(code).to.equal('bad-data');
      expect(message).to.match(
        new RegExp(
          `^xz at file offset 0x[0-9a-f]+: the block's checksum is (ab){${digits / 2}}, that of its contents [0-9a-f]{${digits}}, so it is not read \\(xz -dc --ignore-check FILE > DUMP unpacks it\\)$`,
        ),
      );
    }
  });

  // Its bytes were read as good memory.
  it('hold nothing of a later block whose checksum is wrong, if they are unpacked', async () => {
    const wrong = madeBy('crc32.xz').slice();
    const checkAt = wrong.length - 12 - 12 - 4;
    wrong.fill(0xab, checkAt, checkAt + 4);
    // Without its footer the file has no index.
    const file = concatenated(madeBy('sample.xz'), wrong.subarray(0, -1));
    const { bytes, damage, details } = await unpacked('xz', file);
    expect(damage).to.deep.equal(['compressed-damaged']);
    expect(details).to.include("the block's checksum is abababab");
    expect(details).to.match(/; only the 300000 bytes that come before are read$/);
    expect(Buffer.compare(bytes, sample())).to.equal(0);
  });

  describe('were sound where what follows their blocks is damaged', () => {
    const whole = madeBy('sample.xz');
    const end = whole.length;
    const indexInBytes = (Buffer.from(whole).readUInt32LE(end - 8) + 1) * 4;
    const places: readonly (readonly [string, number, RegExp])[] = [
      ['the CRC32 of the footer', end - 12, /xz stream footer at 0x\w+: CRC32/],
      ['the size of the index', end - 8, /xz stream footer at 0x\w+: CRC32/],
      ['the flags of the footer', end - 3, /xz stream footer at 0x\w+: CRC32/],
      ['the magic of the footer', end - 1, /xz stream footer at 0x\w+: magic/],
      ['the CRC32 of the index', end - 13, /xz index at 0x\w+: CRC32/],
      ['the records of the index', end - 12 - indexInBytes + 2, /xz index at 0x\w+/],
    ];
    for (const [what, at, says] of places) {
      it(what, async () => {
        const file = whole.slice();
        file[at] = (file[at] ?? 0) ^ 1;
        const { bytes, damage, details } = await unpacked('xz', file);
        expect(damage).to.deep.equal(['compressed-damaged']);
        expect(details).to.match(says);
        expect(Buffer.compare(bytes, sample())).to.equal(0);
      });
    }
  });

  it('may have padding after each stream', async () => {
    const zeros = new Uint8Array(8);
    const file = concatenated(madeBy('sample.xz'), zeros, madeBy('blocks.xz'), zeros);
    const { bytes, damage } = await unpacked('xz', file);
    expect(damage).to.deep.equal([]);
    expect(Buffer.compare(bytes, concatenated(sample(), sample()))).to.equal(0);
  });

  for (const filter of ['x86', 'arm', 'armthumb', 'arm64', 'powerpc', 'sparc', 'delta', 'chain']) {
    it(`with filters before LZMA2 give what was put in: ${filter}`, async () => {
      const { bytes, damage } = await unpacked('xz', madeBy(`${filter}.filter.xz`));
      expect(Buffer.compare(bytes, branches())).to.equal(0);
      expect(damage).to.deep.equal([]);
    });
  }

  it('with a filter and many chunks give what was put in', async () => {
    const { bytes, damage } = await unpacked('xz', madeBy('bcj.xz'));
    expect(Buffer.compare(bytes, sample())).to.equal(0);
    expect(damage).to.deep.equal([]);
  });

  it('with a filter that is not undone are refused by its name', async () => {
    const error = await errorOf(unpacked('xz', madeBy('ia64.filter.xz')));
    expect(isVmcorekitError(error, 'unsupported')).to.equal(true);
    expect(String(error)).to.include('has the filter BCJ IA-64: decompress it first: xz -dc');
  });

  it('are refused where a header does not match its checksum', async () => {
    for (const [at, structure] of [
      [7, 'xz stream header at 0x0: CRC32'],
      [14, 'xz block header at 0xc: CRC32'],
    ] as const) {
      const file = madeBy('sample.xz').slice();
      file.fill(9, at, at + 1);
      expect(String(await errorOf(unpacked('xz', file)))).to.include(structure);
    }
  });

  it('are refused where they hold more than they may', async () => {
    const context = openContext({ maxUnpackedInBytes: 100_000 });
    for (const name of files) {
      for (const cut of [0, 30]) {
        const file = madeBy(name);
        expect(
          String(await errorOf(unpacked('xz', file.subarray(0, file.length - cut), context))),
        ).to.match(/unpacked size is 0x[0-9a-f]+, wanted at most 100000 bytes/);
      }
    }
  });
});
