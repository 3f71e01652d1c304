import type { Dump, KernelMemory, MappedRun, SymbolTable } from '@vmcorekit/core';
import { kallsyms } from '@vmcorekit/linux';
import {
  buildKallsyms,
  type KallsymsAddresses,
  type KallsymsLayout,
  type KallsymsSymbol,
  kallsymsAddressesOf,
  linearMemory,
  propertyCases,
  propertyRuns,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { kallsymsLayoutsOf } from '../../dist/symbols/kallsyms/layouts.js';

const pageSize = 0x1000;
const physicalStart = 0x5000000;
const rodataSize = 0x100000;
const textSize = 0x200000;
const bannerAt = 0x80;
const banner = 'Linux version 6.9.1-test (builder@host) (gcc) #1 SMP\n';
const writings = [...kallsymsAddressesOf].flatMap(([layout, ways]) =>
  ways.map((addresses) => ({ layout, addresses })),
);
const hasLongNames = (layout: KallsymsLayout) => !['2.6.12', '4.6', '4.20'].includes(layout);

interface Truth {
  readonly layout: KallsymsLayout;
  readonly addresses: KallsymsAddresses;
  readonly byteOrder: 'little' | 'big';
  readonly textAt: bigint;
  readonly tableAt: number;
  readonly symbols: readonly KallsymsSymbol[];
}

interface Guest {
  readonly memory: SparseMemory;
  readonly virtual: KernelMemory;
  readonly runs: readonly MappedRun[];
  readonly sizeInBytes: number;
  /** The start of each part of the table, by the kernel's name for it. */
  readonly offsets: Readonly<Record<string, number>>;
}

function guest({ layout, addresses, byteOrder, textAt, tableAt, symbols }: Truth): Guest {
  const rodataAt = textAt + BigInt(2 * textSize);
  const memory = new SparseMemory({
    ranges: [{ start: physicalStart, end: physicalStart + rodataSize }],
    byteOrder,
  });
  const { bytes, offsets } = buildKallsyms({
    layout,
    addresses,
    byteOrder,
    symbols,
    virtualAddress: rodataAt + BigInt(tableAt),
  });
  // Other read-only data fills the rest of the pages.
  const before = tableAt % pageSize;
  const after = pageSize - ((tableAt + bytes.length) % pageSize);
  memory.write(physicalStart + tableAt - before, new Uint8Array(before).fill(0x5a));
  memory.write(physicalStart + tableAt + bytes.length, new Uint8Array(after).fill(0x5a));
  memory.write(physicalStart + tableAt, bytes);
  memory.write(physicalStart + bannerAt, Buffer.from(banner, 'latin1'));
  const rodata = {
    virtualAddress: rodataAt,
    physicalAddress: physicalStart,
    lengthInBytes: rodataSize,
    isWritable: false,
    isExecutable: false,
  };
  const text = {
    ...rodata,
    virtualAddress: textAt,
    physicalAddress: 0x4000000,
    lengthInBytes: textSize,
    isExecutable: true,
  };
  return {
    memory,
    virtual: linearMemory(memory, [rodata]),
    runs: [text, rodata],
    sizeInBytes: bytes.length,
    offsets,
  };
}

function carve({ memory, virtual, runs }: Guest): {
  readonly table: SymbolTable | undefined;
  readonly steps: number;
} {
  const dump = {
    image: { memory },
    vmcoreinfo: null,
    architecture: null,
    layout: null,
  } as unknown as Dump;
  const work = kallsyms.carve({ dump, root: virtual.root, runs, memory: virtual });
  for (let steps = 1; ; steps++) {
    const step = work.next();
    if (step.done === true) {
      return { table: step.value, steps };
    }
  }
}

const characters = 'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_.'.split('');

/**
 * Symbols as a kernel sorts them: per-CPU offsets first where the writing has them, names of every
 * length that it can write.
 */
const truths: fc.Arbitrary<Truth> = fc
  .record({
    writing: fc.constantFrom(...writings),
    byteOrder: fc.constantFrom('little' as const, 'big' as const),
    textAt: fc
      .integer({ min: 0, max: 0x1ff })
      .map((step) => 0xffffffff80000000n + BigInt(step * textSize)),
    tableAt: fc.integer({ min: 0x200, max: 0x1fff }).map((at) => 8 * at),
    count: fc.integer({ min: 600, max: 4000 }),
    steps: fc.array(fc.integer({ min: 0, max: 48 }), { minLength: 1, maxLength: 32 }),
    parts: fc.array(
      fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 24 }),
      {
        minLength: 4,
        maxLength: 16,
      },
    ),
    long: fc.string({ unit: fc.constantFrom(...characters), minLength: 100, maxLength: 400 }),
    percpu: fc.integer({ min: 0, max: 40 }),
  })
  .map(({ writing, byteOrder, textAt, tableAt, count, steps, parts, long, percpu }) => {
    const part = (index: number) => parts[index % parts.length] ?? '';
    const limit = hasLongNames(writing.layout) ? 500 : 120;
    let address = textAt;
    const functions = Array.from({ length: count }, (_, index): KallsymsSymbol => {
      address += BigInt(16 * ((steps[index % steps.length] ?? 0) + (index % 3 === 0 ? 1 : 0)));
      const name =
        index % 97 === 0 ? `${long}_${index}` : `${part(index)}_${part(index * 7)}_${index}`;
      return {
        name: name.length > limit ? `${name.slice(0, limit - 8)}_${index}` : name,
        type: index % 3 === 0 ? 't' : 'T',
        address,
      };
    });
    const absolute =
      writing.addresses === 'percpu' || writing.addresses === 'absolute' ? percpu : 0;
    const symbols = [
      ...Array.from({ length: absolute }, (_, index) => ({
        name: `percpu_${index}`,
        type: 'A',
        address: BigInt(64 * index),
      })),
      { name: '_text', type: 'T', address: textAt },
      ...functions,
      { name: 'linux_banner', type: 'D', address: textAt + BigInt(2 * textSize + bannerAt) },
      { name: '_end', type: 'B', address: textAt + BigInt(4 * textSize) },
    ];
    return { ...writing, byteOrder, textAt, tableAt, symbols };
  });

function keyOf({
  name,
  address,
  type = 'T',
}: {
  name: string;
  address: bigint;
  type?: string | null;
}): string {
  return `${address.toString(16)} ${type} ${name}`;
}

const plain = { byteOrder: 'little', textAt: 0xffffffff81000000n } as const;

/** Functions at every 16th byte of the text, and the banner. */
function workSymbols(count: number): KallsymsSymbol[] {
  return [
    { name: '_text', address: plain.textAt },
    ...Array.from({ length: count }, (_, index) => ({
      name: `work_${index}`,
      address: plain.textAt + BigInt(16 * index + 0x40),
    })),
    { name: 'linux_banner', address: plain.textAt + BigInt(2 * textSize + bannerAt) },
  ];
}

describe('kallsyms of every release', () => {
  it('has a row of the table for each layout that a release wrote, with its commit', () => {
    expect(kallsymsLayoutsOf(64).map(({ since }) => since)).to.have.members([
      ...kallsymsAddressesOf.keys(),
    ]);
    for (const { since, commit, encodings } of kallsymsLayoutsOf(64)) {
      expect(commit, since).to.match(/^[0-9a-f]{12}$/);
      expect(encodings, since).to.have.members([
        ...(kallsymsAddressesOf.get(since as KallsymsLayout) ?? []),
      ]);
    }
  });

  it('is read as it was written, whatever the release, byte order, place and names', () => {
    fc.assert(
      fc.property(truths, fc.nat(), (truth, pick) => {
        const { table } = carve(guest(truth));
        const { symbols } = truth;
        expect(Array.from(table ?? [], keyOf)).to.deep.equal(symbols.map(keyOf));
        const chosen = symbols[pick % symbols.length] ?? expect.fail();
        expect(table?.find(chosen.name)?.address).to.equal(chosen.address);
        const inImage = symbols.filter(
          ({ address }) => address >= truth.textAt && address < truth.textAt + BigInt(4 * textSize),
        );
        const held = inImage[pick % inImage.length] ?? expect.fail();
        expect(table?.at(held.address)?.name).to.equal(
          inImage.find(({ address }) => address === held.address)?.name,
        );
        expect(table?.at(BigInt(64 * (pick % 40)))).to.equal(undefined);
      }),
      { numRuns: propertyRuns(8) },
    );
  });

  it('gives no symbol an address that a damaged page of addresses puts out of order', () => {
    const symbols = workSymbols(40_000);
    const some = symbols.filter((_, index) => index % 101 === 0);
    // Half of the writings; all in continuous integration.
    for (const [index, { layout, addresses }] of propertyCases([...writings.entries()], 2)) {
      const turn = Math.floor(index / 2);
      const made = guest({ layout, addresses, symbols, ...plain, tableAt: 0x4000 });
      const { offsets } = made;
      const table =
        physicalStart + 0x4000 + (offsets.kallsyms_offsets ?? offsets.kallsyms_addresses ?? 0);
      const page = table - (table % pageSize);
      let tables = 0;
      // Some of these pages lie between two places where the table is tried.
      for (const pages of propertyCases([3, 4, 6], 3, turn)) {
        const at = page + pages * pageSize;
        const whole = made.memory.read(at, pageSize);
        made.memory.write(at, new Uint8Array(pageSize).fill(0x13));
        const found = carve(made).table;
        tables += found === undefined ? 0 : 1;
        const wrong = some.filter(
          ({ name, address }) => (found?.find(name)?.address ?? address) !== address,
        );
        expect(wrong, `${layout} ${addresses}`).to.deep.equal([]);
        made.memory.write(at, whole);
      }
      expect(tables, `${layout} ${addresses}`).to.be.above(0);
    }
  });

  it('takes no address for a far symbol where a search meets a flipped bit', () => {
    // Frames in `futex_do_wait+56` were 524008 bytes into a symbol of 16.
    const symbols = workSymbols(2500);
    for (const [turn, { layout, addresses }] of writings.entries()) {
      const made = guest({ layout, addresses, symbols, ...plain, tableAt: 0x8000 });
      const { kallsyms_offsets: offsets, kallsyms_addresses: whole } = made.offsets;
      const table = physicalStart + 0x8000 + (offsets ?? whole ?? 0);
      let tables = 0;
      for (const index of propertyCases([1250, 625, 1875, 937, 1563], 3, turn)) {
        const at = table + index * (offsets === undefined ? 8 : 4) + 2;
        const byte = made.memory.read(at, 1);
        made.memory.write(
          at,
          byte.map((value) => value ^ 8),
        );
        const found = carve(made).table;
        tables += found === undefined ? 0 : 1;
        const wrong = symbols.filter(({ address }) => {
          const symbol = found?.at(address + 1n);
          return symbol !== undefined && symbol.address < address;
        });
        expect(wrong, `${layout} ${addresses}, entry ${index}`).to.deep.equal([]);
        made.memory.write(at, byte);
      }
      expect(tables, `${layout} ${addresses}`).to.be.above(0);
    }
  });

  it('keeps the symbols that lie on other pages than the lost one', () => {
    const symbols = workSymbols(3000);
    const some = symbols.filter((_, index) => index % 3 === 0);
    for (const { layout, addresses } of writings) {
      const made = guest({ layout, addresses, symbols, ...plain, tableAt: 0x8000 });
      const { offsets } = made;
      made.memory.exclude(physicalStart + 0x8000 + (offsets.kallsyms_names ?? 0) + 3 * pageSize);
      const { table } = carve(made);
      const found = some.filter(
        ({ name, address }) => table?.find(name)?.address === address,
      ).length;
      expect(found / some.length, `${layout} ${addresses}`).to.be.within(0.63, 0.999);
    }
  });

  it('takes no table of offsets for places where its base is lost', () => {
    const symbols = workSymbols(2500);
    for (const { layout, addresses } of writings.filter((writing) =>
      ['relative', 'percpu'].includes(writing.addresses),
    )) {
      const made = guest({ layout, addresses, symbols, ...plain, tableAt: 0x8000 });
      const { offsets } = made;
      made.memory.exclude(physicalStart + 0x8000 + (offsets.kallsyms_relative_base ?? 0));
      expect(carve(made).table, `${layout} ${addresses}`).to.equal(undefined);
    }
  });

  for (const [how, lose] of [
    ['left out', ({ memory }: Guest, at: number) => memory.exclude(at)],
    ['of zeros', ({ memory }: Guest, at: number) => memory.write(at, new Uint8Array(pageSize))],
  ] as const) {
    it(`gives no wrong name where one page is ${how}`, () => {
      fc.assert(
        fc.property(
          truths,
          fc.double({ min: 0, max: 0.999, noNaN: true }),
          fc.nat(),
          (truth, where, pick) => {
            const whole = guest(truth);
            const first = physicalStart + truth.tableAt - (truth.tableAt % pageSize);
            const pages = Math.ceil(((truth.tableAt % pageSize) + whole.sizeInBytes) / pageSize);
            lose(whole, first + pageSize * Math.floor(where * pages));
            const { table } = carve(whole);
            const known = new Set(truth.symbols.map(keyOf));
            expect(Array.from(table ?? [], keyOf).filter((key) => !known.has(key))).to.deep.equal(
              [],
            );
            for (let look = 0; look < 8; look++) {
              const symbol =
                truth.symbols[(pick + 331 * look) % truth.symbols.length] ?? expect.fail();
              expect([undefined, symbol.address]).to.include(table?.find(symbol.name)?.address);
              const right = truth.symbols.find(({ address }) => address === symbol.address)?.name;
              expect([undefined, right]).to.include(table?.at(symbol.address)?.name);
            }
          },
        ),
        { numRuns: propertyRuns(8) },
      );
    });
  }
});

describe('kallsyms that somebody made up', () => {
  const textAt = 0xffffffff81000000n;
  const symbols = [
    { name: '_text', address: textAt },
    ...Array.from({ length: 560 }, (_, index) => ({
      name: `work_${index}`,
      address: textAt + BigInt(16 * index),
    })),
    { name: 'linux_banner', address: textAt + BigInt(2 * textSize + bannerAt) },
  ];

  const size = 0x200000;
  /** Grows with the memory that is searched. */
  const mostSteps = size / 0x200;

  /** Read-only data filled by what repeats. */
  function filled(bytes: Uint8Array): Guest {
    const rodataAt = textAt + BigInt(2 * textSize);
    const memory = new SparseMemory({
      ranges: [{ start: physicalStart, end: physicalStart + size }],
    });
    for (let at = 0; at + bytes.length <= size; at += bytes.length) {
      memory.write(physicalStart + at, bytes);
    }
    const rodata = {
      virtualAddress: rodataAt,
      physicalAddress: physicalStart,
      lengthInBytes: size,
      isWritable: false,
      isExecutable: false,
    };
    const text = {
      ...rodata,
      virtualAddress: textAt,
      physicalAddress: 0x4000000,
      lengthInBytes: textSize,
      isExecutable: true,
    };
    return {
      memory,
      virtual: linearMemory(memory, [rodata]),
      runs: [text, rodata],
      sizeInBytes: size,
      offsets: {},
    };
  }

  const ascending = new Uint8Array(
    Uint32Array.from({ length: 0x40000 }, (_, index) => 600 * index).buffer,
  );
  const tokens = Uint8Array.from({ length: 256 }, (_, index) =>
    index % 2 === 0 ? 0x30 + ((index / 2) % 10) : 0,
  );
  for (const layout of ['2.6.12', '4.20', '6.2', '6.4', '7.0'] as const) {
    it(`costs few steps where broken tables of Linux ${layout} fill memory`, () => {
      const { bytes, offsets } = buildKallsyms({ layout, symbols, virtualAddress: textAt });
      bytes.fill(0xff, (offsets.kallsyms_names ?? 0) + 1, (offsets.kallsyms_names ?? 0) + 3);
      const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
      padded.set(bytes);
      const made = filled(padded);
      const { table, steps } = carve(made);
      expect(table).to.equal(undefined);
      expect(steps).to.be.lessThan(mostSteps);
    });
  }

  it('costs few steps where chains of markers, or runs of digits, fill memory', () => {
    for (const bytes of [
      ascending,
      tokens,
      new Uint8Array([...tokens, ...ascending.subarray(0, 0x4000)]),
    ]) {
      const { table, steps } = carve(filled(bytes));
      expect(table).to.equal(undefined);
      expect(steps).to.be.lessThan(mostSteps);
    }
  });
});
