import {
  type Architecture,
  type ByteOrder,
  type Dump,
  type KernelLayout,
  lookThrough,
  type MemoryLook,
  takeAlong,
} from '@vmcorekit/core';
import { kernelLooks, type PhysicalKallsyms, scanForKallsyms } from '@vmcorekit/linux';
import {
  buildKallsyms,
  type KallsymsAddresses,
  type KallsymsLayout,
  type KallsymsSymbol,
  kallsymsAddressesOf,
  SparseMemory,
  withoutProgress,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { passedDigitRuns } from '../../dist/symbols/kallsyms/passed-digit-runs.js';
import { digitRuns } from '../../dist/symbols/kallsyms/token-table.js';

const tableAt = 0x4123_4e08;
const memorySizeInBytes = 0x400_0000;

/** A machine's kernel: how it writes numbers, and where its image lies. */
interface Machine {
  readonly name: string;
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBits: 32 | 64;
  readonly imageOffset: bigint;
}

const machines: readonly Machine[] = [
  {
    name: 'x86_64',
    byteOrder: 'little',
    wordSizeInBits: 64,
    imageOffset: 0xffff_ffff_4a00_0000n,
  },
  {
    name: 'arm64',
    byteOrder: 'little',
    wordSizeInBits: 64,
    imageOffset: 0xffff_bf56_17a0_0000n,
  },
  { name: 's390x', byteOrder: 'big', wordSizeInBits: 64, imageOffset: 0x3_fffd_f000_0000n },
  { name: 'ppc64le', byteOrder: 'little', wordSizeInBits: 64, imageOffset: 0xc000n << 48n },
  { name: 'loong64', byteOrder: 'little', wordSizeInBits: 64, imageOffset: 0x9000n << 48n },
  { name: 'i386', byteOrder: 'little', wordSizeInBits: 32, imageOffset: 0x8000_0000n },
  { name: 'a 32-bit big-endian', byteOrder: 'big', wordSizeInBits: 32, imageOffset: 0x8000_0000n },
];

interface Guest extends Machine {
  readonly layout: KallsymsLayout;
  readonly addresses: KallsymsAddresses;
  readonly at?: number;
}

function symbolsOf({ imageOffset, at = tableAt }: Guest): KallsymsSymbol[] {
  const text = imageOffset + 0x4020_0000n;
  const functions = Array.from({ length: 700 }, (_, index) => ({
    name: `do_${index % 7 === 0 ? 'longer_' : ''}${(index * 7919) % 10_007}`,
    type: 't',
    address: text + 0x40n + BigInt(index) * 16n,
  }));
  return [
    { name: '_text', address: text },
    { name: '_stext', address: text },
    ...functions,
    { name: 'kallsyms_token_table', type: 'R', address: imageOffset + BigInt(at) },
  ];
}

/** Builds twice: the tokens' own symbol must name their place. */
function write(
  memory: SparseMemory,
  guest: Guest,
): { readonly tokens: number; readonly size: number } {
  const { at = tableAt, imageOffset } = guest;
  const spec = { ...guest, virtualAddress: imageOffset + BigInt(at) };
  const draft = symbolsOf(guest);
  const { offsets } = buildKallsyms({ ...spec, symbols: draft });
  const tokens = at + (offsets.kallsyms_token_table ?? 0);
  const symbols = draft.map((symbol) =>
    symbol.name === 'kallsyms_token_table'
      ? { ...symbol, address: imageOffset + BigInt(tokens) }
      : symbol,
  );
  memory.write(at, buildKallsyms({ ...spec, symbols }).bytes);
  return { tokens, size: symbols.length };
}

function emptyMemory(): SparseMemory {
  const start = 0x4000_0000;
  return new SparseMemory({ ranges: [{ start, end: start + memorySizeInBytes }] });
}

function scan(
  memory: SparseMemory,
  { wordSizeInBits, imageOffset }: Machine,
  onTooMany: () => void = () => expect.fail('too many'),
): PhysicalKallsyms[] {
  const size = wordSizeInBits === 64 ? 1n << 40n : 1n << 31n;
  const start = imageOffset - (imageOffset % size);
  const window = { start, end: start + size };
  const dump = {
    image: { memory },
    architecture: { wordSizeInBits } as Architecture,
    layout: { imageWindow: () => window } as unknown as KernelLayout,
  } as unknown as Dump;
  return withoutProgress(scanForKallsyms(dump, onTooMany));
}

const writings = machines.flatMap((machine) =>
  [...kallsymsAddressesOf].flatMap(([layout, encodings]) =>
    encodings
      .filter((addresses) => addresses !== 'percpu' || machine.name === 'x86_64')
      .map((addresses): Guest => ({ ...machine, layout, addresses })),
  ),
);

const arm64Guest: Guest = {
  ...(machines[1] as Machine),
  layout: '6.4',
  addresses: 'relative',
};

describe('kallsyms in physical memory', () => {
  for (const guest of writings) {
    it(`is found as ${guest.name} writes it in Linux ${guest.layout}, ${guest.addresses}`, () => {
      const memory = emptyMemory();
      const { tokens, size } = write(memory, guest);
      const [found, ...more] = scan(memory, guest);
      expect(more).to.deep.equal([]);
      expect(found?.byteOrder).to.equal(guest.byteOrder);
      expect(found?.parts.get('kallsyms_token_table')).to.equal(tokens);
      expect(found?.table.size).to.equal(size);
      const text = guest.imageOffset + 0x4020_0000n;
      expect(found?.arePhysical).to.equal(guest.addresses === 'place');
      expect(found?.table.find('_stext')?.address).to.equal(
        guest.addresses === 'place' ? 0x4020_0000n : text,
      );
    });
  }

  it('is found wherever its digits cross two pages', () => {
    const first = emptyMemory();
    const place = write(first, arm64Guest);
    const digits = place.tokens + offsetOfDigits(first, place.tokens);
    const toSeam = Math.floor((0x1000 - (digits % 0x1000)) / 8) * 8;
    const shifts = [toSeam, toSeam - 8, toSeam - 16].filter(
      (shift) => (digits + shift) % 0x1000 > 0x1000 - 20,
    );
    expect(shifts).to.have.length(2);
    for (const shift of shifts) {
      const memory = emptyMemory();
      const { tokens } = write(memory, { ...arm64Guest, at: tableAt + shift });
      expect(tokens).to.equal(place.tokens + shift);
      expect(scan(memory, arm64Guest)[0]?.parts.get('kallsyms_token_table')).to.equal(tokens);
    }
  });

  it('is not found where a part of it is lost', () => {
    const memory = emptyMemory();
    const { tokens } = write(memory, arm64Guest);
    memory.write(tokens - 8, new Uint8Array(16));
    expect(scan(memory, arm64Guest)).to.deep.equal([]);
  });

  it('stops where memory holds thousands of token tables without symbols', () => {
    const memory = emptyMemory();
    const { tokens } = write(memory, arm64Guest);
    const bytes = memory.read(tokens, 0x1000);
    for (let copy = 0; copy < 200; copy++) {
      memory.write(0x4200_0000 + copy * 0x2000, bytes);
    }
    let areTooMany = false;
    const found = scan(memory, arm64Guest, () => {
      areTooMany = true;
    });
    expect(found).to.have.length(1);
    expect(areTooMany).to.equal(true);
  });
});

describe('runs of digit tokens that another search has passed', () => {
  const anotherLook: MemoryLook<never> = { doing: 'looking', begin: () => () => {} };
  const digits = Uint8Array.from(Array.from({ length: 10 }, (_, at) => [0x30 + at, 0]).flat());
  const dumpOf = (memory: SparseMemory): Dump =>
    ({ image: { memory }, architecture: { byteOrder: 'little' } }) as unknown as Dump;
  const passedBy = (memory: SparseMemory) => {
    takeAlong(memory, kernelLooks);
    Array.from(lookThrough(memory, anotherLook));
    return passedDigitRuns(dumpOf(memory));
  };

  it('are known without a pass of their own, those of tables first', () => {
    for (const byteOrder of ['little', 'big'] as const) {
      const memory = emptyMemory();
      const { tokens } = write(memory, { ...arm64Guest, byteOrder });
      memory.write(0x4000_2000, digits);
      const own = tokens + offsetOfDigits(memory, tokens);
      expect(passedBy(memory)).to.deep.equal({ ofTables: [own], others: [0x4000_2000] });
    }
  });

  it('are not known before, and where there are more than a machine has', () => {
    const memory = emptyMemory();
    const { tokens } = write(memory, arm64Guest);
    expect(passedDigitRuns(dumpOf(memory))).to.equal(undefined);
    const bytes = memory.read(tokens, 0x1000);
    for (let copy = 0; copy < 65; copy++) {
      memory.write(0x4200_0000 + copy * 0x2000, bytes);
    }
    expect(passedBy(memory)).to.equal(undefined);
  });
});

function offsetOfDigits(memory: SparseMemory, tokens: number): number {
  const [run = 0] = digitRuns(memory.read(tokens, 2048));
  return run;
}
