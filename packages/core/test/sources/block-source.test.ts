import {
  BlockIndex,
  BlockSource,
  BufferSource,
  type DecodeBlock,
  isVmcorekitError,
  VmcorekitError,
} from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

const headInBytes = 3;
/** What the decoder of these tests refuses. */
const damage = 0xee;

/** A file whose blocks hold their bytes inverted, each after a head that is not part of it. */
function packed(blocks: readonly Uint8Array[]): { file: Uint8Array; index: BlockIndex } {
  const index = new BlockIndex(0);
  const file: number[] = [];
  for (const block of blocks) {
    index.push(file.length + headInBytes, block.length, block.length);
    file.push(...new Uint8Array(headInBytes), ...block.map((byte) => byte ^ 0xff));
  }
  return { file: Uint8Array.from(file), index: index.trim() };
}

const invert: DecodeBlock = (input, output) => {
  if (input.includes(damage)) {
    throw new VmcorekitError('bad-data', { codec: 'inverted', because: 'a byte is damaged' });
  }
  output.set(input.map((byte) => byte ^ 0xff));
  return input.length;
};

function open(
  blocks: readonly Uint8Array[],
  decode: DecodeBlock = invert,
  cacheSizeInBytes?: number,
): BlockSource {
  const { file, index } = packed(blocks);
  return new BlockSource(new BufferSource(file), {
    name: 'inverted(buffer)',
    codec: 'inverted',
    index,
    decode,
    ...(cacheSizeInBytes === undefined ? {} : { cacheSizeInBytes }),
  });
}

/** Also the numbers of the blocks that were decoded, in order. */
function counted(
  blocks: readonly Uint8Array[],
  cacheSizeInBytes: number,
): { source: BlockSource; decoded: number[] } {
  const decoded: number[] = [];
  const decode: DecodeBlock = (input, output, index) => {
    decoded.push(index);
    return invert(input, output, index);
  };
  return { source: open(blocks, decode, cacheSizeInBytes), decoded };
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('BlockSource', () => {
  it('gives what the blocks hold, wherever and however much is read', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.filter((b) => b !== 0x11)),
          { maxLength: 12 },
        ),
        fc.array(fc.tuple(fc.nat(500), fc.nat(200)), { maxLength: 20 }),
        fc.nat(100),
        (blocks, reads, cacheSizeInBytes) => {
          const source = open(blocks, invert, cacheSizeInBytes);
          const contents = Uint8Array.from(blocks.flatMap((block) => [...block]));
          expect(source.sizeInBytes).to.equal(contents.length);
          for (const [offset, length] of reads) {
            const target = new Uint8Array(length);
            const got = source.readInto(offset, target);
            expect(target.subarray(0, got)).to.deep.equal(
              contents.subarray(offset, offset + length),
            );
          }
        },
      ),
    );
  });

  const three = [0, 1, 2].map((block) => new Uint8Array(10).fill(block + 1));

  it('decodes a block once while it stays cached, and reads only blocks asked for', () => {
    const { source, decoded } = counted(three, 20);
    for (const offset of [12, 15, 11, 25, 13]) {
      source.readInto(offset, new Uint8Array(2));
    }
    expect(decoded).to.deep.equal([1, 2]);
  });

  it('keeps no more bytes than it may, and forgets the block used longest ago first', () => {
    const { source, decoded } = counted(three, 20);
    for (const offset of [0, 10, 0, 20, 0, 10]) {
      source.readInto(offset, new Uint8Array(1));
    }
    expect(decoded).to.deep.equal([0, 1, 2, 1]);
  });

  it('keeps ten blocks of 8 MiB, as many as a search returns to', () => {
    const index = new BlockIndex(0);
    for (let block = 0; block < 10; block++) {
      index.push(block, 1, 8 << 20);
    }
    let decoded = 0;
    const source = new BlockSource(new BufferSource(new Uint8Array(10)), {
      name: 'large(buffer)',
      codec: 'large',
      index,
      decode(_, unpacked) {
        decoded += 1;
        return unpacked.length;
      },
    });
    for (let read = 0; read < 20; read++) {
      source.readInto((read % 10) * (8 << 20), new Uint8Array(1));
    }
    expect(decoded).to.equal(10);
  });

  it('keeps the block read last, though it is larger than the cache', () => {
    const { source, decoded } = counted(three, 4);
    for (const offset of [0, 5, 12, 13, 0]) {
      source.readInto(offset, new Uint8Array(1));
    }
    expect(decoded).to.deep.equal([0, 1, 0]);
  });

  it('says which of several files a damaged block lies in', () => {
    const { file, index } = packed([Uint8Array.of(damage ^ 0xff)]);
    const source = new BlockSource(new BufferSource(file), {
      name: 'inverted(buffer)',
      codec: 'inverted',
      index,
      decode: invert,
      placeOf: (offset) => ({ file: 'second', fileOffset: offset + 0x100 }),
    });
    expect(() => source.readInto(0, new Uint8Array(1))).to.throw(
      'inverted at file offset 0x103: in second, a block of 1 byte: a byte is damaged',
    );
  });

  it('says where in the packed file a damaged block lies, and reads all others', () => {
    const blocks = three.map((block) => block.slice());
    blocks[1]?.fill(damage ^ 0xff, 4, 5);
    const source = open(blocks);
    const target = new Uint8Array(30);
    const error = thrownBy(() => source.readInto(5, target));
    if (!isVmcorekitError(error, 'bad-data')) {
      throw new Error(`${String(error)} is not the error wanted`);
    }
    expect(error.facts.fileOffset).to.equal(headInBytes + 10 + headInBytes);
    expect(error.message).to.equal(
      'inverted at file offset 0x10: a block of 10 bytes: a byte is damaged',
    );
    expect([...target.subarray(0, 5)]).to.deep.equal([1, 1, 1, 1, 1]);
    expect(source.readInto(20, target)).to.equal(10);
    expect(source.readInto(0, target.subarray(0, 10))).to.equal(10);
  });

  it('decodes a damaged block only once', () => {
    const blocks = [new Uint8Array(10).fill(damage ^ 0xff)];
    const { source, decoded } = counted(blocks, 20);
    for (let read = 0; read < 3; read++) {
      expect(thrownBy(() => source.readInto(read, new Uint8Array(1)))).to.be.instanceOf(Error);
    }
    expect(decoded).to.deep.equal([0]);
  });

  it('calls a block damaged that holds fewer bytes than its index says', () => {
    const source = open(three, () => 4);
    expect(String(thrownBy(() => source.readInto(0, new Uint8Array(1))))).to.include(
      'holds 4 bytes, wanted 10',
    );
  });

  it('calls a block damaged whose decoder fails in any other way', () => {
    const source = open(three, () => {
      throw new RangeError('outside of the table');
    });
    const error = thrownBy(() => source.readInto(0, new Uint8Array(1)));
    expect(isVmcorekitError(error, 'bad-data')).to.equal(true);
    expect(String(error)).to.include('RangeError: outside of the table');
  });

  it('takes no memory for a block that is longer than any', () => {
    const index = new BlockIndex();
    index.push(0, 2 ** 40, 10);
    const file = {
      name: 'large',
      sizeInBytes: 2 ** 41,
      readInto: (_: number, target: Uint8Array) => target.length,
      [Symbol.dispose]: () => undefined,
    };
    const source = new BlockSource(file, {
      name: 'inverted(large)',
      codec: 'inverted',
      index,
      decode: invert,
    });
    expect(String(thrownBy(() => source.readInto(0, new Uint8Array(1))))).to.include(
      'a block of 1099511627776 bytes: it is longer than 67108884 bytes',
    );
  });

  it('says where the packed file ends too early', () => {
    const index = new BlockIndex();
    index.push(3, 10, 10);
    const source = new BlockSource(new BufferSource(new Uint8Array(8)), {
      name: 'inverted(buffer)',
      codec: 'inverted',
      index,
      decode: invert,
    });
    const error = thrownBy(() => source.readInto(0, new Uint8Array(1)));
    expect(isVmcorekitError(error, 'truncated') && error.facts.fileOffset).to.equal(3);
  });
});
