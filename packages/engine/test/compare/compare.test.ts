import {
  type Cpu,
  type DumpImage,
  latin1Bytes,
  maxNotes,
  type PageState,
  type PhysicalRange,
  resultOf,
} from '@vmcorekit/core';
import { type Comparison, compareImages } from '@vmcorekit/engine';
import { memoryImage, propertyRuns, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const sixteenPages: readonly PhysicalRange[] = [{ start: 0, end: 0x10000 }];

function memoryWith(
  contents: Readonly<Record<number, number>>,
  ranges: readonly PhysicalRange[] = sixteenPages,
): SparseMemory {
  const memory = new SparseMemory({ ranges });
  for (const [address, byte] of Object.entries(contents)) {
    memory.write(Number(address), Uint8Array.of(byte));
  }
  return memory;
}

function compare(first: DumpImage, second: DumpImage): Comparison {
  return resultOf(compareImages(first, second));
}

/** A page of bytes, and then petabytes that were cut off. */
class CutMemory extends SparseMemory {
  constructor() {
    super({ ranges: [{ start: 0, end: 2 ** 51 }] });
    this.write(0, Uint8Array.of(1));
  }

  override pageState(pfn: number): PageState {
    return pfn === 0 ? 'stored' : 'corrupt';
  }

  bytelessUntil(address: number): number | undefined {
    return address < 4096 ? undefined : 2 ** 51;
  }
}

describe('compareImages', () => {
  it('took days for petabytes that no file has bytes for, page by page', () => {
    const small = memoryWith({ 0: 1 }, [{ start: 0, end: 4096 }]);
    for (const [other, state] of [
      [new CutMemory(), 'corrupt'],
      [small, 'absent'],
    ] as const) {
      const { memory } = compare(memoryImage(new CutMemory()), memoryImage(other));
      expect(memory).to.include({ pagesEqual: 1, pagesDifferent: 0, pagesUnknown: 2 ** 39 - 1 });
      expect(memory.unknowns).to.deep.equal(
        Array.from({ length: 16 }, (_, index) => ({
          physicalAddress: (index + 1) * 4096,
          states: ['corrupt', state],
        })),
      );
      expect(memory.unknownIn[1][state]).to.equal(2 ** 39 - 1);
    }
  });

  it('finds two dumps of equal memory equal, a stored page of zeros like a zero page', () => {
    const { memory, isEqual } = compare(
      memoryImage(memoryWith({ 4096: 0, 8197: 7 })),
      memoryImage(memoryWith({ 8197: 7 })),
    );
    expect(isEqual).to.equal(true);
    expect(memory).to.include({ pagesEqual: 16, pagesDifferent: 0, pagesUnknown: 0 });
  });

  it('names the first byte that differs, and both values', () => {
    const { memory, isEqual } = compare(
      memoryImage(memoryWith({ 8197: 7 })),
      memoryImage(memoryWith({ 8197: 9, 8198: 1 })),
    );
    expect(isEqual).to.equal(false);
    expect(memory.differences).to.deep.equal([{ physicalAddress: 0x2005, bytes: [7, 9] }]);
  });

  it('calls a page unknown that either dump excludes, also where both do', () => {
    const first = memoryWith({ 4096: 1, 8192: 2 });
    const second = memoryWith({ 4096: 1, 8192: 2 });
    first.exclude(0x1000);
    first.exclude(0x2000);
    second.exclude(0x2000);
    const { memory, isEqual } = compare(memoryImage(first), memoryImage(second));
    expect(isEqual).to.equal(false);
    expect(memory).to.include({ pagesEqual: 14, pagesDifferent: 0, pagesUnknown: 2 });
    expect(memory.unknowns).to.deep.equal([
      { physicalAddress: 0x1000, states: ['excluded', 'stored'] },
      { physicalAddress: 0x2000, states: ['excluded', 'excluded'] },
    ]);
    expect(memory.unknownIn).to.deep.equal([
      { partial: 0, excluded: 2, absent: 0, corrupt: 0 },
      { partial: 0, excluded: 1, absent: 0, corrupt: 0 },
    ]);
  });

  it('calls memory unknown that only one dump has', () => {
    const { memory } = compare(
      memoryImage(memoryWith({})),
      memoryImage(memoryWith({}, [{ start: 0x8000, end: 0x12000 }])),
    );
    expect(memory).to.include({ pagesEqual: 8, pagesUnknown: 10 });
    expect(memory.unknownIn.map(({ absent }) => absent)).to.deep.equal([2, 8]);
  });

  it('does not count memory that neither has', () => {
    const holed = [
      { start: 0, end: 0x1000 },
      { start: 0x100000, end: 0x102000 },
    ];
    const { memory, isEqual } = compare(
      memoryImage(memoryWith({}, holed)),
      memoryImage(memoryWith({}, holed)),
    );
    expect(memory.pagesEqual).to.equal(3);
    expect(isEqual).to.equal(true);
  });

  it('compares notes in any order, and VMCOREINFO wherever a format keeps it', () => {
    const note = (name: string, byte: number) => ({
      name,
      type: 1,
      descriptor: Uint8Array.of(byte),
      fileOffset: 0,
    });
    const infoNote = { ...note('VMCOREINFO', 0), descriptor: latin1Bytes('OSRELEASE=6\n') };
    const first = memoryImage(memoryWith({}), {
      notes: [note('CORE', 1), note('CORE', 2)],
      vmcoreinfo: 'OSRELEASE=6\n',
    });
    const second = memoryImage(memoryWith({}), {
      notes: [note('CORE', 2), infoNote, note('CORE', 1)],
      vmcoreinfo: 'OSRELEASE=6\n',
    });
    expect(compare(first, second)).to.deep.include({
      isEqual: true,
      notes: { count: 3, onlyIn: [[], []] },
    });
  });

  it('names the notes that only one dump has, each as often as it is missing', () => {
    const note = { name: 'CORE', type: 1, descriptor: Uint8Array.of(1), fileOffset: 0 };
    const first = memoryImage(memoryWith({}), { notes: [note, note] });
    const second = memoryImage(memoryWith({}), { notes: [note], vmcoreinfo: 'OSRELEASE=6\n' });
    const { notes, isEqual } = compare(first, second);
    expect(isEqual).to.equal(false);
    expect(notes.onlyIn.map((only) => only.map(({ name }) => name))).to.deep.equal([
      ['CORE'],
      ['VMCOREINFO'],
    ]);
  });

  // Each was looked for among all the others: two minutes.
  it('looks at each of many equal notes a few times only', () => {
    let looks = 0;
    const notes = Array.from({ length: maxNotes }, (_, index) => ({
      name: '',
      get type() {
        looks++;
        return 1;
      },
      descriptor: new Uint8Array(0),
      fileOffset: 12 * index,
    }));
    const image = memoryImage(memoryWith({}), { notes });
    const { notes: found } = compare(image, memoryImage(memoryWith({}), { notes: notes.slice(1) }));
    expect([found.count, ...found.onlyIn.map((only) => only.length)]).to.deep.equal([
      maxNotes - 1,
      1,
      0,
    ]);
    // Sorting takes some twenty looks at each.
    expect(looks).to.be.below(100 * maxNotes);
  });

  it('matches long notes that differ in the last byte only, without a text of each', () => {
    const notes = Array.from({ length: 64 }, (_, index) => {
      const descriptor = new Uint8Array(2 ** 19);
      descriptor[2 ** 19 - 1] = index;
      return { name: 'X', type: 1, descriptor, fileOffset: 0 };
    });
    const { notes: found } = compare(
      memoryImage(memoryWith({}), { notes }),
      memoryImage(memoryWith({}), { notes: notes.slice(0, 63).toReversed() }),
    );
    expect(found.count).to.equal(63);
    expect(found.onlyIn).to.deep.equal([[notes[63]], []]);
  });

  it('agrees with a comparison byte by byte, whatever was written', () => {
    const contents = fc.dictionary(
      fc.integer({ min: 0, max: 0xffff }).map(String),
      fc.integer({ min: 0, max: 3 }),
      {
        maxKeys: 20,
      },
    ) as fc.Arbitrary<Record<number, number>>;
    fc.assert(
      fc.property(contents, contents, (left, right) => {
        const first = memoryWith(left);
        const second = memoryWith(right);
        const bytes = [first.read(0, 0x10000), second.read(0, 0x10000)] as const;
        const places = [...bytes[0].keys()].filter((at) => bytes[0][at] !== bytes[1][at]);
        const pages = new Map(places.toReversed().map((at) => [at >> 12, at]));
        const { memory } = compare(memoryImage(first), memoryImage(second));
        expect(memory.pagesDifferent).to.equal(pages.size);
        expect(memory.differences.map(({ physicalAddress }) => physicalAddress)).to.deep.equal(
          [...pages.values()].sort((a, b) => a - b),
        );
      }),
      { numRuns: propertyRuns(16) },
    );
  });

  it('is not equal where one format stores CPUs that the other lacks, or has others', () => {
    const image = memoryImage(memoryWith({}));
    const cpu = (rip: bigint): Cpu => ({
      index: 0,
      pid: null,
      registers: new Map([['rip', rip]]),
      from: ['format'],
    });
    const compared = (...cpus: readonly [readonly Cpu[], readonly Cpu[]]) => {
      const { cpus: found, isEqual } = resultOf(compareImages(image, image, cpus));
      return { ...found, isEqual };
    };
    const onlyFirst = { count: 0, onlyIn: [1, 0], isEqual: false };
    expect(compared([cpu(1n)], [])).to.deep.equal(onlyFirst);
    expect(compared([cpu(1n)], [cpu(2n)]).onlyIn).to.deep.equal([1, 1]);
    expect(compared([cpu(1n)], [cpu(1n)]).isEqual).to.equal(true);
    const ofNotes = { ...cpu(1n), from: ['prstatus'] };
    expect(compared([ofNotes], []).isEqual, 'notes are compared as such').to.equal(true);
  });
});
