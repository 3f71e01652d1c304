import { linearMemory, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { ReadOnlyWindow } from '../../dist/symbols/kallsyms/read-only-window.js';
import { rankOf } from '../../dist/symbols/kallsyms/sorted-names.js';

const start = 0xffffffff82000000n;
const count = 40_960;
const namesPerMarker = 256;
const blockInBytes = 3000;
const markersAt = 0x1000;
const numbersAt = 0x2000;
const namesAt = 0x40000;
const sizeInBytes = 0x100000;

const nameOfRank = (rank: number) => `name_${String(rank).padStart(6, '0')}`;
/** Names lie in no order of their own. */
const indexOfRank = (rank: number) => (rank * 7919) % count;

/** A search that reads the memory of the name at each of its steps, as that of kallsyms does. */
function searchIn(): { readonly memory: SparseMemory; readonly rank: (name: string) => number } {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  const numbers = new Uint8Array(3 * count);
  const rankOfIndex = new Uint32Array(count);
  for (let rank = 0; rank < count; rank++) {
    const index = indexOfRank(rank);
    rankOfIndex[index] = rank;
    numbers.set([index >> 16, (index >> 8) & 0xff, index & 0xff], 3 * rank);
  }
  const blocks = count / namesPerMarker;
  const markers = Uint32Array.from({ length: blocks }, (_, block) => block * blockInBytes);
  memory.write(markersAt, new Uint8Array(markers.buffer));
  memory.write(numbersAt, numbers);
  memory.write(namesAt, new Uint8Array(blocks * blockInBytes).fill(1));
  const run = { virtualAddress: start, physicalAddress: 0, lengthInBytes: sizeInBytes };
  const window = new ReadOnlyWindow(linearMemory(memory, [run]), start, sizeInBytes, true);
  const names = {
    offset: namesAt,
    countOffset: namesAt - 8,
    count,
    markers: { offset: markersAt, count: blocks, widthInBytes: 4 as const },
    hasLongNames: false,
    blocks: new Map<number, Uint32Array>(),
  };
  const nameAt = (index: number) => {
    const block = namesAt + window.uint32(markersAt + 4 * Math.floor(index / namesPerMarker));
    window.uint8(block);
    window.uint8(block + Math.floor(((index % namesPerMarker) / namesPerMarker) * blockInBytes));
    return nameOfRank(rankOfIndex[index] ?? 0);
  };
  return { memory, rank: (name) => rankOf(window, { offset: numbersAt }, names, name, nameAt) };
}

describe('the search in the order of names', () => {
  it('finds each name, and where one would be that is missing', () => {
    const { rank } = searchIn();
    for (let wanted = 0; wanted < count; wanted += 619) {
      expect(rank(nameOfRank(wanted))).to.equal(wanted);
      expect(rank(`${nameOfRank(wanted)}_`)).to.equal(wanted + 1);
    }
    expect([rank(''), rank('zzz')]).to.deep.equal([0, count]);
  });

  it('reads few pages of names that it has not read before', () => {
    const { memory, rank } = searchIn();
    let lookUps = 0;
    for (let wanted = 1000; wanted < count; wanted += 3331) {
      rank(nameOfRank(wanted));
      lookUps++;
    }
    // Halving alone reads 123 pages for these.
    expect(lookUps).to.equal(12);
    expect(memory.pagesRead).to.be.below(85);
  });
});
