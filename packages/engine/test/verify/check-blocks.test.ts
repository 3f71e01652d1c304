import { createHash } from 'node:crypto';
import {
  BufferSource,
  type ByteRange,
  firstLostIn,
  resultOf,
  type StatedBlockDigests,
} from '@vmcorekit/core';
import { checkDigests } from '@vmcorekit/engine';
import { expect } from 'chai';

const text = Buffer.from('one two three');
const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();
const blocksOf = (bytes: Uint8Array): Buffer[] =>
  [0, 4, 8, 12].map((at) => md5(bytes.subarray(at, at + 4)));
const right = Buffer.concat(blocksOf(text));
const hashNamed = (name: string) => (name === 'md5' ? () => createHash(name) : undefined);

function checked(fields: Partial<StatedBlockDigests> = {}) {
  const content = new BufferSource(text, 'words');
  const blocks: StatedBlockDigests = {
    algorithm: 'md5',
    content,
    covers: { offset: 0, lengthInBytes: text.length },
    blockInBytes: 4,
    statedBy: 'the list',
    readList: () => right,
    ...fields,
  };
  const all = [{ container: 'box', content, digests: [], blockDigests: [blocks] }];
  const { digests, damage } = resultOf(checkDigests(all, hashNamed));
  return { digests, damage: damage.map(({ name, detail }) => `${name}: ${detail}`) };
}

class Lossy extends BufferSource {
  *lostRanges(): Iterable<ByteRange> {
    yield { offset: 2, lengthInBytes: 1 };
  }
}

describe('digests of blocks that a container lists', () => {
  it('are compared one by one, and shown as the digest of the list', () => {
    const expected = md5(right).toString('hex');
    expect(checked()).to.deep.equal({
      digests: [
        {
          container: 'box',
          algorithm: 'md5',
          statedBy: 'the list',
          expected,
          actual: expected,
          because: null,
        },
      ],
      damage: [],
    });
  });

  it('say where the first block lies that has another', () => {
    const other = Buffer.concat(blocksOf(Buffer.from('one 2wo thre!')));
    const { digests, damage } = checked({ readList: () => other });
    expect(digests[0]?.actual).to.not.equal(digests[0]?.expected);
    expect(damage).to.deep.equal([
      'digest-differs: the md5 of 2 blocks of 4 bytes of words, the first at its offset 0x4, is not that in the list',
    ]);
  });

  it('may count the padding of the last block, or not', () => {
    const padded = Buffer.concat([...blocksOf(text).slice(0, 3), md5(Buffer.from('e\0\0\0'))]);
    expect(checked({ readList: () => padded }).damage).to.deep.equal([]);
  });

  it('of a block alone prove that block', () => {
    const covers = { offset: 4, lengthInBytes: 4 };
    expect(checked({ covers, readList: () => right.subarray(16, 32) }).damage).to.deep.equal([]);
    expect(checked({ covers, readList: () => right.subarray(0, 16) }).damage).to.have.lengthOf(1);
  });

  it('are not compared where the list is too short, or the contents are lost', () => {
    const lossy = new Lossy(text, 'words');
    expect(firstLostIn(lossy, 0, 4)).to.not.equal(undefined);
    const all = [
      checked({ readList: () => right.subarray(1) }),
      checked({ content: lossy }),
      checked({ algorithm: 'whirlpool' }),
      checked({ covers: { offset: 8, lengthInBytes: 8 }, readList: () => right.subarray(0, 32) }),
    ];
    expect(all.map(({ digests }) => digests[0]?.actual)).to.deep.equal([null, null, null, null]);
    expect(all.map(({ damage }) => damage.join().replace(/^.*compared: /, ''))).to.deep.equal([
      'the list has 63 bytes, wanted 64 of 4 blocks',
      'a part of it is lost',
      'nothing here computes whirlpool',
      'it ends after 13 bytes',
    ]);
  });
});
