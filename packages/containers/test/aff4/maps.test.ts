import {
  type Aff4Dialect,
  type Aff4MapSpec,
  type Aff4Spec,
  aff4TestVolume,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { allOf, chunkSize, entryOf, memory, opened, states } from './opened.ts';

const schema = 'http://aff4.org/Schema#';
const data = { name: 'PhysicalMemory/data', data: memory, chunkSize, chunksInSegment: 4 } as const;
type Range = Aff4MapSpec['ranges'][number];
const range = (mapped: number, pages: number, page: number, target: string = data.name): Range => ({
  mappedOffset: mapped * chunkSize,
  length: pages * chunkSize,
  targetOffset: page * chunkSize,
  target,
});
const mapOf = (...ranges: readonly Range[]): Aff4MapSpec => ({
  name: 'PhysicalMemory',
  isMemory: true,
  ranges,
});
/** Pages of the memory, in that order; null for zeros. */
const pages = (...numbers: readonly (number | null)[]): Uint8Array => {
  const bytes = new Uint8Array(numbers.length * chunkSize);
  for (const [index, page] of numbers.entries()) {
    if (page !== null) {
      bytes.set(memory.subarray(page * chunkSize, (page + 1) * chunkSize), index * chunkSize);
    }
  }
  return bytes;
};

describe('maps of AFF4', () => {
  for (const dialect of ['standard', 'pmem', 'evimetry'] as readonly Aff4Dialect[]) {
    it(`places memory at the addresses of a map of ${dialect}`, async () => {
      using contents = await opened({
        dialect,
        streams: [data],
        maps: [mapOf(range(1, 2, 0), range(8, 3, 2))],
      });
      expect(contents.entries.map(({ name, kind }) => [name, kind])).to.deep.equal([
        ['PhysicalMemory', 'map of memory'],
      ]);
      expect(contents.entries[0]?.memory?.placed).to.deep.equal([
        { address: chunkSize, lengthInBytes: 2 * chunkSize, fileOffset: chunkSize },
        { address: 8 * chunkSize, lengthInBytes: 3 * chunkSize, fileOffset: 8 * chunkSize },
      ]);
      const source = entryOf(contents, `${aff4TestVolume}/PhysicalMemory`);
      const zeros = [null, null, null, null, null];
      expect(allOf(source)).to.deep.equal(pages(null, 0, 1, ...zeros, 2, 3, 4));
      expect(contents.damage).to.deep.equal([]);
    });
  }

  it('has zeros where zero was, and loses what could not be read', async () => {
    using contents = await opened({
      streams: [data],
      maps: [
        mapOf(
          range(0, 1, 3),
          range(1, 1, 0, `${schema}Zero`),
          range(2, 2, 0, `${schema}UnreadableData`),
          range(4, 1, 0, `${schema}SymbolicStreamFF`),
          range(5, 1, 5),
        ),
      ],
    });
    const source = entryOf(contents, 'PhysicalMemory');
    const wanted = pages(3, null, null, null, null, 5);
    expect(states(source, wanted)).to.equal('==LL#=');
    const byte = new Uint8Array(1);
    source.readInto(4 * chunkSize, byte);
    expect(byte[0]).to.equal(0xff);
    expect(contents.damage.map(({ detail }) => detail).join()).to.contain('could not be read');
    expect(contents.entries[0]?.memory?.placed).to.have.lengthOf(1);
  });

  it('takes memory that was not read on purpose for absent, not for lost', async () => {
    using contents = await opened({
      streams: [data],
      maps: [mapOf(range(0, 1, 0), range(1, 5, 0, `${schema}UnknownData`), range(6, 1, 1))],
    });
    const source = entryOf(contents, 'PhysicalMemory');
    expect(contents.damage).to.deep.equal([]);
    expect(contents.entries[0]?.memory?.placed?.map(({ address }) => address)).to.deep.equal([
      0,
      6 * chunkSize,
    ]);
    expect(() => source.readInto(chunkSize, new Uint8Array(1))).to.throw('did not read it');
  });

  it('loses what a stream of it lost, at its own offsets', async () => {
    using contents = await opened({
      streams: [{ ...data, withoutBevies: [1] }],
      maps: [mapOf(range(0, 2, 3), range(2, 1, 0), range(3, 4, 8))],
    });
    const source = entryOf(contents, 'PhysicalMemory');
    expect(states(source, pages(3, 4, 0, 8, 9, null, null))).to.equal('=L===LL');
    const details = contents.damage.map(({ detail }) => detail);
    expect(details.join()).to.contain('bevy 1 is not in the archive');
    expect(details.join()).to.contain('beyond the 40960 bytes of its stream');
    expect(details).to.have.lengthOf(2);
  });

  it('fills gaps by the default stream of the map', async () => {
    const gapped = async (iri: string): Promise<string> => {
      using contents = await opened({
        streams: [data],
        maps: [
          { ...mapOf(range(1, 1, 1)), isMemory: false, size: 12288, mapGapDefaultStream: iri },
        ],
      });
      return states(entryOf(contents, 'PhysicalMemory'), pages(null, 1, null));
    };
    expect(await gapped(`${schema}Zero`)).to.equal('===');
    expect(await gapped(`${schema}SymbolicStream01`)).to.equal('#=#');
    expect(await gapped(`${schema}UnreadableData`)).to.equal('L=L');
    const error = await gapped('aff4://other/stream').catch((reason: unknown) => reason);
    expect(String(error)).to.contain('in its gaps');
  });

  it('says that ranges overlap, and takes the one that begins first', async () => {
    using contents = await opened({
      streams: [data],
      maps: [mapOf(range(1, 2, 5), range(0, 2, 0))],
    });
    expect(states(entryOf(contents, 'PhysicalMemory'), pages(0, 1, 6))).to.equal('===');
    expect(contents.damage.map(({ name }) => name)).to.deep.equal(['ranges-overlap']);
  });

  it('says which programs captured and wrote it', async () => {
    const imager = (text: string) => [
      { name: 'PhysicalMemory/information.yaml', data: Buffer.from(text) },
    ];
    const origins = async (spec: Partial<Aff4Spec>): Promise<unknown> => {
      using contents = await opened({ streams: [data], maps: [mapOf(range(0, 1, 0))], ...spec });
      return contents.origins?.map(({ axis, who, because }) => [axis, who, because]);
    };
    expect(
      await origins({ tool: 'libaff4 0.9', files: imager('Imager: WinPmem 2.1.post4\nRuns: 1\n') }),
    ).to.deep.equal([
      ['writtenBy', 'libaff4', 'version.txt names libaff4 0.9'],
      ['capturedBy', 'winpmem', 'information.yaml names WinPmem 2.1.post4'],
    ]);
    expect(await origins({ tool: ' ', files: imager('Imager: \u0007') })).to.deep.equal([]);
  });

  it('refuses a map whose streams all lie in another volume', async () => {
    using contents = await opened({
      streams: [data],
      maps: [mapOf(range(0, 1, 0, 'aff4://stripe-1'), range(1, 1, 0, 'aff4://stripe-2'))],
    });
    expect(() => entryOf(contents, 'PhysicalMemory')).to.throw(
      'in another volume of a set, and buffer is not called NAME_1.aff4',
    );
  });

  it('refuses a map of itself', async () => {
    using contents = await opened({ maps: [mapOf(range(0, 1, 0, 'PhysicalMemory'))] });
    expect(() => entryOf(contents, 'PhysicalMemory')).to.throw('inside each other');
  });

  it('refuses entries that point to no target, when it is opened', async () => {
    const bytes = new Uint8Array(28).fill(1);
    using contents = await opened({
      files: [
        { name: 'PhysicalMemory/map', data: bytes },
        { name: 'PhysicalMemory/idx', data: Buffer.from(`${aff4TestVolume}/PhysicalMemory/data`) },
      ],
      turtle: `@prefix aff4: <http://aff4.org/Schema#> .
<${aff4TestVolume}/PhysicalMemory> a aff4:Map ; aff4:category <${schema}memory/physical> .`,
    });
    expect(contents.entries[0]?.memory?.placed).to.equal(null);
    expect(() => entryOf(contents, 'PhysicalMemory')).to.throw('AFF4 map');
  });
});
