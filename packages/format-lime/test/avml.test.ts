import { plugin as compressors, snappySnappyjs } from '@vmcorekit/compressors';
import { BufferSource, type DumpImage } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { AvmlFormat, LimeFormat } from '@vmcorekit/format-lime';
import {
  type AvmlRangeSpec,
  buildAvml,
  buildLime,
  describeFormat,
  openContext,
  openFormat,
  propertyRuns,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { damageOf, pattern, statesOf } from './opened.ts';

const block = 0x1000000;
const toolkit = createToolkit([compressors]);
const context = openContext({ compressors: toolkit.compressors });

function pack(chunk: Uint8Array): Uint8Array {
  const packed = new Uint8Array(chunk.length + chunk.length / 6 + 64);
  return packed.subarray(0, snappySnappyjs.encode?.(chunk, packed) ?? 0);
}

function open(bytes: Uint8Array, format = new AvmlFormat()): Promise<DumpImage> {
  return openFormat(format, [new BufferSource(bytes, 'test.avml')], context);
}

const low: AvmlRangeSpec = { s_addr: 0x1000, data: pattern(0x2c00, 1), pack };
const high: AvmlRangeSpec = { s_addr: 0x100000, data: pattern(0x23000, 2), pack };
/** Bytes that snappy cannot pack, so that their chunks are stored. */
const dense = Uint8Array.from(
  { length: 0x11000 },
  (_, index) => (index * index * 2654435761) >>> 24,
);
const stored: AvmlRangeSpec = { s_addr: 0x200000, data: dense };

describe('AVML files', () => {
  describeFormat(new AvmlFormat(), {
    compressors: compressors.compressors ?? [],
    cases: [
      {
        title: 'of packed and stored chunks',
        files: [buildAvml([low, high, stored])],
        holds: [
          { address: 0x1000, bytes: low.data },
          { address: 0x100000, bytes: high.data },
          { address: 0x200000, bytes: dense },
        ],
      },
    ],
  });

  for (const [title, format, file] of [
    ['packed, then not', new AvmlFormat(), [buildAvml([low]), buildLime([high])]],
    ['not packed, then packed', new LimeFormat(), [buildLime([low]), buildAvml([high])]],
  ] as const) {
    it(`may mix ranges: ${title}`, async () => {
      using image = await open(Buffer.concat(file), format);
      expect(image.memory.read(0x1000, 0x2c00)).to.deep.equal(low.data);
      expect(image.memory.read(0x100000, 0x23000)).to.deep.equal(high.data);
      expect(image.damage).to.deep.equal([]);
      expect(image.memory.fileOffsetOf?.(0x1000)).to.equal(undefined);
    });
  }

  it('are written by AVML, and need a codec for snappy', async () => {
    using image = await open(buildAvml([low]));
    expect(image.facts?.origins).to.have.nested.property('[0].who', 'avml');
    const error: unknown = await openFormat(new AvmlFormat(), [buildAvml([low])]).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.include("no compressor is called 'snappy'");
  });

  it('lose the pages of a chunk whose sum is wrong, and no others', async () => {
    const file = buildAvml([low, stored]);
    const chunkAt = buildAvml([low]).length + 32 + 10;
    file[chunkAt + 100] = (file[chunkAt + 100] ?? 0) ^ 1;
    using image = await open(file);
    expect(() => image.memory.read(0x200000, 1)).to.throw(
      /^page 0x200 .* is corrupt: framed snappy at file offset 0x\w+: .*its CRC-32C is 0x\w+, wanted /,
    );
    expect(image.memory.read(0x210000, 0x1000)).to.deep.equal(dense.slice(0x10000));
    expect(image.memory.read(0x1000, 0x2c00)).to.deep.equal(low.data);
    expect(image.memory.pageState(0x200)).to.equal('corrupt');
  });

  it('that are cut hold the chunks before the cut', async () => {
    const file = buildAvml([low, stored]);
    using image = await open(file.subarray(0, file.length - 0x800));
    expect(statesOf(image, 0x211000).slice(3)).to.deep.equal([
      'stored 200000-210000',
      'corrupt 210000-211000',
    ]);
    expect(() => image.memory.read(0x210000, 1)).to.throw(/^page 0x210 .* is corrupt: the file /);
    expect(damageOf(image)[0]).to.match(/^range-damaged page /);
    expect(image.damage[0]?.detail).to.match(
      /^the packed range from 0x200000 to 0x210fff cannot be followed after 0x\w+: the file ends within a chunk; 4096 bytes of memory are lost$/,
    );
  });

  it('go on at the next range where a stream cannot be followed', async () => {
    const file = buildAvml([low, high, stored]);
    const streamAt = buildAvml([low]).length + 32;
    file[streamAt + 10] = 0x33;
    using image = await open(file);
    expect(statesOf(image, 0x211000).slice(2)).to.deep.equal([
      'absent 3c00-100000',
      'corrupt 100000-123000',
      'absent 123000-200000',
      'stored 200000-211000',
    ]);
    expect(image.damage.map(({ detail }) => detail.split(': ')[1])).to.deep.equal([
      'a chunk has type 0x33, which is not known; 143360 bytes of memory are lost',
    ]);
  });

  it('with another length after a stream than it has are read, and that is reported', async () => {
    using image = await open(buildAvml([{ ...low, length: 7n }, stored]));
    expect(image.memory.read(0x1000, 0x2c00)).to.deep.equal(low.data);
    expect(image.memory.read(0x200000, dense.length)).to.deep.equal(dense);
    expect(image.damage.map(({ name }) => name)).to.deep.equal(['range-damaged']);
  });

  it('hold zeros where blocks between two of one range were left out', async () => {
    const data = new Uint8Array(block);
    const whole = (s_addr: number): AvmlRangeSpec => ({ s_addr, data, pack });
    const end = { s_addr: 0x100000 + 5 * block, data: pattern(0x1000, 1) };
    // Aligned alike, but as far away as holes of machines are.
    const far = { s_addr: end.s_addr + 8 * block, data: pattern(0x1000, 2) };
    using image = await open(buildAvml([whole(0x100000), whole(0x100000 + 3 * block), end, far]));
    expect(statesOf(image, end.s_addr + 0x2000)).to.deep.equal([
      'absent 0-100000',
      'stored 100000-1100000',
      'zero 1100000-3100000',
      'stored 3100000-4100000',
      'zero 4100000-5100000',
      'stored 5100000-5101000',
      'absent 5101000-5102000',
    ]);
    expect(image.memory.pageState((far.s_addr - 0x1000) / 0x1000)).to.equal('absent');
  });

  it('that are not compressed hold zeros in the same places, but no file of LiME does', async () => {
    const data = new Uint8Array(block).fill(1);
    const first = { s_addr: 0x100000, data };
    const second = { s_addr: 0x100000 + block, data };
    const later = { s_addr: 0x100000 + 3 * block, data: pattern(0x1000, 1) };
    using cut = await open(buildLime([first, second, later]), new LimeFormat());
    expect(cut.memory.pageState(0x2100000 / 0x1000)).to.equal('zero');
    expect(cut.facts?.origins).to.have.nested.property('[0].who', 'avml');
    using whole = await open(buildLime([first, later]), new LimeFormat());
    expect(whole.memory.pageState(0x1100000 / 0x1000)).to.equal('absent');
    expect(whole.facts?.origins).to.deep.equal([]);
  });

  it('that are damaged anywhere end in a result, and never in other bytes', () => {
    const file = buildAvml([low, stored]);
    return fc.assert(
      fc.asyncProperty(
        fc.nat(file.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const damaged = file.slice();
          damaged[at] = (damaged[at] ?? 0) ^ by;
          let image: DumpImage;
          try {
            image = await open(damaged);
          } catch {
            return;
          }
          using opened = image;
          for (let address = 0x200000; address < 0x211000; address += 0x1000) {
            try {
              const bytes = opened.memory.read(address, 0x1000);
              expect(bytes).to.deep.equal(dense.slice(address - 0x200000, address - 0x1ff000));
            } catch (error) {
              expect(String(error)).to.match(/is (corrupt|absent)/);
            }
          }
        },
      ),
      { numRuns: propertyRuns(20) },
    );
  });
});
