import { MemoryStore, type StoreRoom, VmcorekitError } from '@vmcorekit/core';
import { describeContainer, openContext } from '@vmcorekit/testing';
import { expect } from 'chai';
import { concatenated, containerNamed, errorOf, madeBy, sample, unpacked } from '../contents.ts';
import { expectOneBlockLost, itUnpacks } from '../made-files.ts';

const files = ['sample.zst', 'pipe.zst', 'best.zst', 'fast.zst', 'frames.zst', 'two.zst'];

/** A frame of stored and repeated blocks, without a checksum. */
function frameOf(blocks: readonly (Uint8Array | { byte: number; times: number })[], size: number) {
  return concatenated(
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0),
    word(size),
    ...blocks.map((block, index) => {
      const isLast = index === blocks.length - 1 ? 1 : 0;
      return block instanceof Uint8Array
        ? concatenated(word((block.length << 3) | isLast).subarray(0, 3), block)
        : concatenated(
            word((block.times << 3) | 2 | isLast).subarray(0, 3),
            Uint8Array.of(block.byte),
          );
    }),
  );
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

describeContainer(containerNamed('zstd'), {
  cases: ['two.zst', 'pipe.zst'].map((file) => ({
    title: file,
    file: madeBy(file),
    holds: { '': sample() },
  })),
});

describe('zstd files', () => {
  itUnpacks('zstd', files);

  it('of many frames are read frame by frame, and lose only a damaged one', () =>
    expectOneBlockLost('zstd', {
      file: 'two.zst',
      from: 2000,
      to: 2010,
      error: /^zstd at file offset 0x0: a block of \d+ bytes: /,
      heldAt: 150_000,
    }));

  it('with a seek table are read by it', async () => {
    const half = new Uint8Array(100_000).fill(5);
    const frames = [frameOf([half], 100_000), frameOf([{ byte: 7, times: 90_000 }], 90_000)];
    const entries = frames.map((frame, index) =>
      concatenated(word(frame.length), word([100_000, 90_000][index] ?? 0)),
    );
    const table = concatenated(
      word(0x184d2a5e),
      word(25),
      ...entries,
      word(2),
      Uint8Array.of(0),
      word(0x8f92eab1),
    );
    const { bytes, damage } = await unpacked('zstd', concatenated(...frames, table));
    expect(damage).to.deep.equal([]);
    expect(Buffer.compare(bytes, concatenated(half, new Uint8Array(90_000).fill(7)))).to.equal(0);
  });

  it('are read as far as they go, where they are cut', async () => {
    for (const name of ['sample.zst', 'pipe.zst', 'two.zst']) {
      const file = madeBy(name);
      const { bytes, damage, details } = await unpacked('zstd', file.subarray(0, file.length - 2));
      expect(damage).to.deep.equal(['compressed-unfinished']);
      expect(details).to.match(/; only the (3|2)\d+ bytes that come before are read$/);
      expect(Buffer.compare(bytes, sample().subarray(0, bytes.length))).to.equal(0);
    }
  });

  it('are read up to damage, which is said with its place', async () => {
    const blocks = [new Uint8Array(1000).fill(1), { byte: 2, times: 500 }];
    const file = concatenated(frameOf(blocks, 1500), madeBy('pipe.zst'));
    const offset = frameOf(blocks, 1500).length + 6;
    file.fill(0xff, offset, offset + 1);
    const { bytes, damage, details } = await unpacked('zstd', file);
    expect(bytes.length).to.equal(1500);
    expect(damage).to.deep.equal(['compressed-damaged']);
    expect(details).to.match(/^zstd at file offset 0x3fe: a block of type 3 and /);
  });

  // Its bytes were read as good memory.
  it('hold nothing of a later frame whose checksum is wrong, if they are unpacked', async () => {
    const wrong = madeBy('pipe.zst').slice();
    wrong.fill(0, wrong.length - 4);
    const { bytes, damage, details } = await unpacked(
      'zstd',
      concatenated(madeBy('pipe.zst'), wrong),
    );
    expect(damage).to.deep.equal(['compressed-damaged']);
    expect(details).to.include("the frame's checksum is 0x0");
    expect(details).to.match(/; only the 300000 bytes that come before are read$/);
    expect(Buffer.compare(bytes, sample())).to.equal(0);
  });

  // It was read with a remark, and later ones were lost.
  it('hold nothing of the first frame either if its checksum is wrong', async () => {
    const file = madeBy('pipe.zst').slice();
    file.fill(0, file.length - 4);
    expect(String(await errorOf(unpacked('zstd', file)))).to.match(
      /zstd at file offset 0x0: the frame's checksum is 0x0, that of its contents 0x[0-9a-f]+, so it is not read \(zstd -dc --no-check FILE > DUMP unpacks it\)$/,
    );
  });

  it('say that a frame holds other than it says', async () => {
    const file = frameOf([new Uint8Array(1000)], 40_000_000);
    expect((await unpacked('zstd', file)).details).to.include(
      'the frame says 40000000 bytes, and holds 1000',
    );
  });

  it('are refused where their window is larger than 128 MiB, or they want a dictionary', async () => {
    const wide = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, 1, 0, 0);
    expect(String(await errorOf(unpacked('zstd', wide)))).to.include(
      'wants a window of 2147483648 bytes, more than 134217728: decompress it first',
    );
    const known = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 1, 0x50, 9, 1, 0, 0);
    expect(String(await errorOf(unpacked('zstd', known)))).to.include('wants a dictionary');
  });

  it('are refused where they state a size from 2^53 on, with the number as it is', async () => {
    const file = concatenated(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0), new Uint8Array(20));
    new DataView(file.buffer).setBigUint64(5, 2n ** 60n + 1n, true);
    expect(String(await errorOf(unpacked('zstd', file)))).to.equal(
      'VmcorekitError: zstd frame header at 0x5: content size is 0x1000000000000001, wanted a number below 2^53',
    );
  });

  it('say so where the scratch space is full', async () => {
    class Full extends MemoryStore {
      override writeAt(): void {
        throw new VmcorekitError('io', { file: '/tmp/x.part', because: 'no space left' });
      }
    }
    const context = openContext({ scratch: async () => new Full() });
    expect(String(await errorOf(unpacked('zstd', madeBy('pipe.zst'), context)))).to.equal(
      'VmcorekitError: buffer: it cannot be unpacked: /tmp/x.part: no space left (after 0 bytes); give a folder with room in TMPDIR, or decompress it yourself',
    );
  });

  it('say at once what is needed, where there is too little room, and how to give more', async () => {
    class Small extends MemoryStore {
      room(): StoreRoom {
        return { where: '/scratch', freeInBytes: 300_000 - 1 };
      }
    }
    const context = openContext({ scratch: async () => new Small() });
    expect(String(await errorOf(unpacked('zstd', madeBy('best.zst'), context)))).to.equal(
      'VmcorekitError: buffer: it cannot be unpacked: at least 293.0 KiB are needed, and /scratch has 293.0 KiB free; give a folder with room in TMPDIR, or decompress it yourself',
    );
    // Its size is not stated; what is packed is less.
    expect((await unpacked('zstd', madeBy('pipe.zst'), context)).bytes).to.deep.equal(sample());
  });

  it('are refused where they hold more than they may', async () => {
    const context = openContext({ maxUnpackedInBytes: 100_000 });
    for (const name of files) {
      expect(String(await errorOf(unpacked('zstd', madeBy(name), context)))).to.match(
        /unpacked size is 0x[0-9a-f]+, wanted at most 100000 bytes out of a file of this size/,
      );
    }
    const bomb = frameOf(
      Array.from({ length: 1000 }, () => ({ byte: 0, times: 131_072 })),
      131_072_000,
    );
    expect(String(await errorOf(unpacked('zstd', bomb, context)))).to.include('unpacked size');
  });
});
