import { BufferSource, type ByteSource } from '@vmcorekit/core';
import { RawFormat } from '@vmcorekit/format-raw';
import { openContext, openFormat, ZerosSource } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const gib = 2 ** 30;

/** A snapshot's state: the parts of devices are JSON in strings. */
function stateOf(ranges: unknown): string {
  const data = { memory_ranges: ranges, boot_ram: 4 * gib };
  return JSON.stringify({
    snapshots: {
      'device-manager': { snapshots: {}, snapshot_data: { state: '{"id":1}' } },
      'memory-manager': { snapshots: {}, snapshot_data: { state: JSON.stringify(data) } },
    },
    snapshot_data: { state: 'null' },
  });
}

class NamedZeros extends ZerosSource {
  override readonly name: string = '/snapshots/vm/memory-ranges';
}

async function opened(state: string | null, sizeInBytes: number = 4 * gib) {
  const asked: string[] = [];
  const companion = async (name: string): Promise<ByteSource | undefined> => {
    asked.push(name);
    return state === null ? undefined : new BufferSource(new TextEncoder().encode(state));
  };
  using image = await openFormat(
    new RawFormat(),
    [new NamedZeros(sizeInBytes)],
    openContext({ companion }),
  );
  const { memoryLayout, damage } = image;
  return { asked, memoryLayout, damage: damage.map(({ name, detail }) => `${name}: ${detail}`) };
}

const ranges = {
  data: [
    { gpa: 0, length: 3 * gib },
    { gpa: 4 * gib, length: gib },
  ],
};

describe("a snapshot's memory of Cloud Hypervisor", () => {
  it('lies where the state beside it says', async () => {
    const { asked, memoryLayout, damage } = await opened(stateOf(ranges));
    expect(asked).to.deep.equal(['state.json']);
    expect(memoryLayout?.basis).to.equal('stated');
    expect(memoryLayout?.placed).to.deep.equal([
      { address: 0, lengthInBytes: 3 * gib, fileOffset: 0 },
      { address: 4 * gib, lengthInBytes: gib, fileOffset: 3 * gib },
    ]);
    expect(damage).to.deep.equal([]);
  });

  it('is read as other raw memory without one', async () => {
    const { memoryLayout, damage } = await opened(null);
    expect(memoryLayout?.basis).to.equal('assumed');
    expect(damage).to.deep.equal([]);
  });

  it('says with both numbers that the state is of another size', async () => {
    const { memoryLayout, damage } = await opened(stateOf(ranges), 2 * gib);
    expect(memoryLayout?.basis).to.equal('assumed');
    expect(damage).to.deep.equal([
      'companion-misfit: state.json lists 4294967296 bytes of memory, the file has 2147483648',
    ]);
  });

  it('takes no list that is none', async () => {
    const lists = [
      null,
      {},
      { data: [] },
      { data: [{ gpa: -1, length: 4 * gib }] },
      { data: [{ gpa: 2 ** 53, length: 4 * gib }] },
      { data: ranges.data.toReversed() },
      { data: [null] },
    ];
    for (const list of lists) {
      const { memoryLayout, damage } = await opened(stateOf(list));
      expect(memoryLayout?.basis, JSON.stringify(list)).to.equal('assumed');
      expect(damage).to.have.length(1);
    }
  });

  it('is opened whatever the state holds', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (state) => {
        expect((await opened(state, 2 ** 22)).memoryLayout?.basis).to.equal('assumed');
      }),
      { numRuns: 50 },
    ));
});
