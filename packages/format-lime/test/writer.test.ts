import {
  BufferSink,
  type ByteSink,
  type DumpImage,
  isVmcorekitError,
  resultOf,
  VmcorekitError,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';
import { LimeFormat } from '@vmcorekit/format-lime';
import { buildLime, memoryImage, openContext, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { openLime, pattern, statesOf } from './opened.ts';

const page = 0x1000;
const { writer } = new LimeFormat();

async function write(
  image: DumpImage,
  sink: ByteSink,
  options: WriteOptions = {},
): Promise<WriteReport> {
  return resultOf(await writer.write(image, sink, options, openContext()));
}

async function written(image: DumpImage): Promise<Uint8Array> {
  const sink = new BufferSink();
  const { bytesWritten } = await write(image, sink);
  expect(bytesWritten).to.equal(sink.bytes.length);
  return sink.bytes;
}

/** Takes each write only where the last one ended, as a pipe does. */
class Pipe implements ByteSink {
  readonly isSequential: boolean = true;
  readonly #sink: BufferSink = new BufferSink();

  get bytes(): Uint8Array {
    return this.#sink.bytes;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    expect(offset).to.equal(this.#sink.bytes.length);
    this.#sink.writeAt(offset, bytes);
  }
}

/** Memory in which one page turns out to be damaged when it is read. */
class DamagedMemory extends SparseMemory {
  damaged: number | null = null;

  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const pfn = Math.floor(address / page);
    if (pfn === this.damaged) {
      const facts = { physicalAddress: address, pfn, state: 'corrupt', because: 'a test' } as const;
      throw new VmcorekitError('page-unreadable', facts);
    }
    return super.withView(address, lengthInBytes, use);
  }
}

/** Pages 1 and 2 hold bytes, 3 is zero, 4 was left out, 5 holds bytes; 16 too, after a hole. */
function mixed(): DamagedMemory {
  const ranges = [
    { start: page, end: 6 * page },
    { start: 16 * page, end: 17 * page },
  ];
  const memory = new DamagedMemory({ ranges });
  for (const pfn of [1, 2, 5, 16]) {
    memory.write(pfn * page, pattern(page, pfn));
  }
  memory.exclude(4 * page);
  return memory;
}

describe('the LiME writer', () => {
  it('writes known zeros as zeros, and leaves out what is not known', async () => {
    const sink = new BufferSink();
    const report = await write(memoryImage(mixed()), sink);
    expect(report).to.deep.equal({
      bytesWritten: 3 * 32 + 5 * page,
      pagesStored: 4,
      pagesZero: 1,
      pagesExcluded: 1,
      pagesUnreadable: 0,
      pagesAbsent: 0,
    });
    using image = await openLime(sink.bytes);
    expect(statesOf(image, 17 * page)).to.deep.equal([
      'absent 0-1000',
      'stored 1000-4000',
      'absent 4000-5000',
      'stored 5000-6000',
      'absent 6000-10000',
      'stored 10000-11000',
    ]);
    expect(image.memory.read(3 * page, page).every((byte) => byte === 0)).to.equal(true);
    expect(image.damage).to.deep.equal([]);
  });

  it('writes what it reads again, byte for byte, in either byte order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ gap: fc.integer({ min: 1, max: 0x2000 }), size: fc.nat(0x1fff) }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.constantFrom('little' as const, 'big' as const),
        async (places, byteOrder) => {
          let end = 0;
          const ranges = places.map(({ gap, size }, seed) => {
            const s_addr = end + gap;
            end = s_addr + size + 1;
            return { s_addr, data: pattern(size + 1, seed) };
          });
          const file = buildLime(ranges, byteOrder);
          using image = await openLime(file);
          expect(await written(image)).to.deep.equal(file);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('writes into a pipe, in order, the same as into a file', async () => {
    const pipe = new Pipe();
    await write(memoryImage(mixed()), pipe);
    expect(pipe.bytes).to.deep.equal(await written(memoryImage(mixed())));
  });

  for (const [where, sinkOf] of [
    ['file', () => new BufferSink()],
    ['pipe', () => new Pipe()],
  ] as const) {
    it(`leaves out of a ${where} a page that turns out to be unreadable`, async () => {
      const memory = mixed();
      memory.damaged = 2;
      const sink = sinkOf();
      const report = await write(memoryImage(memory), sink);
      expect(report).to.include({ pagesUnreadable: 1, pagesStored: 3 });
      using image = await openLime(sink.bytes);
      expect(image.memory.ranges.map(({ start }) => start / page)).to.deep.equal([1, 3, 5, 16]);
      expect(image.memory.read(16 * page, page)).to.deep.equal(pattern(page, 16));
      expect(image.damage).to.deep.equal([]);
    });
  }

  it('refuses what a LiME file has no place for, and a dump without memory', async () => {
    const image = memoryImage(mixed());
    const refused = async (one: DumpImage, options: WriteOptions): Promise<string> => {
      const error: unknown = await write(one, new BufferSink(), options).catch(
        (thrown: unknown) => thrown,
      );
      expect(isVmcorekitError(error)).to.equal(true);
      return String(error);
    };
    expect(await refused(image, { compression: 'zlib' })).to.include(
      'compression of a LiME file: got ',
    );
    expect(await refused(image, { header: new Map([['version', 2]]) })).to.include(
      'a header field of a LiME file to set: got ',
    );
    const empty = memoryImage(new SparseMemory({ ranges: [] }));
    expect(await refused(empty, {})).to.include('a LiME file without any memory: ');
  });
});
