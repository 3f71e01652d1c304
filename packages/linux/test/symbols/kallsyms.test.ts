import {
  type Dump,
  type KernelMemory,
  type MappedRun,
  resultOf,
  type SymbolTable,
  VmcoreInfo,
} from '@vmcorekit/core';
import { kallsyms, scanForKallsyms, x8664Layout } from '@vmcorekit/linux';
import {
  type BuiltKallsyms,
  buildKallsyms,
  type KallsymsLayout,
  type KallsymsSpec,
  type KallsymsSymbol,
  kallsymsAddressesOf,
  linearMemory,
  propertyRuns,
  SparseMemory,
  withoutProgress,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const textAt = 0xffffffff92000000n;
const rodataAt = 0xffffffff92400000n;
const rodataSize = 0x100000;
const rodataEnd = rodataAt + BigInt(rodataSize);
const physicalStart = 0x5000000;
const kallsymsAt = 0x31008;
const bannerAt = 0x80;
const layouts: readonly KallsymsLayout[] = [...kallsymsAddressesOf.keys()];
/** Every layout, with every way that it can write addresses. */
const writings = layouts.flatMap((layout) =>
  (kallsymsAddressesOf.get(layout) ?? []).map((addresses) => ({ layout, addresses })),
);

const banner = 'Linux version 6.9.1-test (builder@host) (gcc) #1 SMP\n';

function kernelSymbols(count: number, first: readonly KallsymsSymbol[] = []): KallsymsSymbol[] {
  const functions = Array.from({ length: count }, (_, index) => ({
    name: `do_${index % 7 === 0 ? `a_longer_name_of_${'x'.repeat(index % 140)}` : 'work'}_${(index * 7919) % 100003}`,
    type: 't',
    address: textAt + 0x40n + BigInt(index) * 16n,
  }));
  return [
    ...first,
    { name: '_text', address: textAt },
    { name: '_stext', address: textAt },
    ...functions,
    { name: 'linux_banner', type: 'D', address: rodataAt + BigInt(bannerAt) },
    { name: 'phys_base', type: 'D', address: rodataAt + 0x600000n },
  ];
}

function build(spec: Omit<KallsymsSpec, 'virtualAddress'>): BuiltKallsyms {
  return buildKallsyms({ ...spec, virtualAddress: rodataAt + BigInt(kallsymsAt) });
}

interface Guest {
  readonly memory: SparseMemory;
  readonly virtual: KernelMemory;
  readonly runs: readonly MappedRun[];
}

function guest(bytes: Uint8Array, at: number = kallsymsAt): Guest {
  const memory = new SparseMemory({
    ranges: [{ start: physicalStart, end: physicalStart + rodataSize }],
  });
  memory.write(physicalStart + bannerAt, latin1(banner));
  memory.write(physicalStart + at, bytes);
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
    lengthInBytes: 0x200000,
    isExecutable: true,
  };
  return { memory, virtual: linearMemory(memory, [rodata]), runs: [text, rodata] };
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function dumpOf(memory: SparseMemory, vmcoreinfo: VmcoreInfo | null = null): Dump {
  return { image: { memory }, vmcoreinfo, architecture: null, layout: null } as unknown as Dump;
}

/** The same whether or not a search of all memory came before. */
function carve(seen: Guest, vmcoreinfo?: VmcoreInfo): SymbolTable | undefined {
  const first = carveOnce(seen, vmcoreinfo);
  searchAll(seen.memory);
  const second = carveOnce(seen, vmcoreinfo);
  expect(second?.size).to.equal(first?.size);
  expect(second?.banner).to.equal(first?.banner);
  expect([...(second ?? [])].slice(0, 100)).to.deep.equal([...(first ?? [])].slice(0, 100));
  return first;
}

function searchAll(memory: SparseMemory): void {
  withoutProgress(scanForKallsyms(dumpOf(memory), () => expect.fail('too many')));
}

function carveOnce(
  { memory, virtual, runs }: Guest,
  vmcoreinfo?: VmcoreInfo,
): SymbolTable | undefined {
  const dump = dumpOf(memory, vmcoreinfo);
  const work = kallsyms.carve({ dump, root: virtual.root, runs, memory: virtual });
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

describe('kallsyms carved from memory', () => {
  for (const { layout, addresses } of writings) {
    it(`finds every symbol, as Linux ${layout} lays them out, ${addresses}`, () => {
      const symbols = kernelSymbols(3000);
      const table = carve(guest(build({ layout, addresses, symbols }).bytes));
      expect(table?.size).to.equal(symbols.length);
      expect(table?.addresses).to.equal('runtime');
      for (const symbol of symbols.filter((_, index) => index % 97 === 0)) {
        expect(table?.find(symbol.name)?.address, symbol.name).to.equal(symbol.address);
      }
      expect(table?.find('phys_base')?.address).to.equal(rodataAt + 0x600000n);
      expect(table?.banner).to.equal(banner.trim());
    });
  }

  for (const layout of layouts) {
    it(`does not find what is not there, as Linux ${layout} lays them out`, () => {
      const table = carve(guest(build({ layout, symbols: kernelSymbols(1000) }).bytes));
      expect(table).not.to.equal(undefined);
      for (const name of ['', '_tex', '_text_', 'zzz', 'A', 'do_work_']) {
        expect(table?.find(name)?.address, name).to.equal(undefined);
      }
    });
  }

  it('distinguishes per-CPU offsets from addresses of the image', () => {
    const percpu = [
      { name: '__per_cpu_start', type: 'A', address: 0n },
      { name: 'cpu_number', type: 'A', address: 0x1ad40n },
    ];
    for (const { layout, addresses } of writings.filter(
      (writing) => writing.addresses === 'percpu',
    )) {
      const symbols = kernelSymbols(1500, percpu);
      const table = carve(guest(build({ layout, symbols, addresses }).bytes));
      expect(table?.find('cpu_number')?.address, layout).to.equal(0x1ad40n);
      expect(table?.find('_text')?.address, layout).to.equal(textAt);
      expect(table?.find('linux_banner')?.address, layout).to.equal(rodataAt + BigInt(bannerAt));
    }
  });

  it('gives the first of several symbols of one name', () => {
    for (const layout of layouts) {
      const symbols = [
        ...kernelSymbols(800),
        { name: 'phys_base', type: 'd', address: rodataAt + 0x700000n },
      ];
      const table = carve(guest(build({ layout, symbols }).bytes));
      expect(table?.find('phys_base')?.address, layout).to.equal(rodataAt + 0x600000n);
    }
  });

  for (const layout of layouts) {
    it(`names the symbol at an address, none outside the kernel, on Linux ${layout}`, () => {
      const end = { name: '_end', type: 'B', address: rodataAt + 0x700000n };
      const beyond = { name: 'beyond', type: 'B', address: rodataAt + 0x800000n };
      const table = carve(
        guest(build({ layout, symbols: [...kernelSymbols(1000), end, beyond] }).bytes),
      );
      const bannerStart = rodataAt + BigInt(bannerAt);
      expect({ ...table?.at(bannerStart + 5n) }).to.deep.equal({
        name: 'linux_banner',
        address: bannerStart,
        type: 'D',
        sizeInBytes: 0x600000 - bannerAt,
        module: null,
      });
      for (const [address, name] of [
        [textAt - 1n, undefined],
        [textAt, '_text'],
        [textAt + 0x3fn, '_text'],
        [end.address - 1n, 'phys_base'],
        [end.address, undefined],
        [beyond.address, undefined],
      ] as const) {
        expect(table?.at(address)?.name, address.toString(16)).to.equal(name);
      }
    });
  }

  it("names no address outside the kernel, and of aliases the kernel's first", () => {
    const symbols = [
      { name: '__per_cpu_start', type: 'A', address: 0n },
      { name: 'cpu_number', type: 'A', address: 0x1ad40n },
      { name: '__per_cpu_end', type: 'A', address: 0x34000n },
      { name: 'startup_64', type: 'T', address: textAt },
      { name: '_text', type: 'T', address: textAt },
      ...kernelSymbols(900).slice(2, -2),
      { name: '__do_sys_pause', type: 't', address: textAt + 0x10000n },
      { name: '__x64_sys_pause', type: 'T', address: textAt + 0x10000n },
      { name: '_etext', type: 'T', address: textAt + 0x20000n },
      { name: 'linux_banner', type: 'D', address: rodataAt + BigInt(bannerAt) },
      { name: '__bss_stop', type: 'B', address: rodataAt + 0x7ff000n },
      { name: '_end', type: 'B', address: rodataAt + 0x800000n },
    ];
    for (const { layout, addresses } of writings.filter((writing) =>
      ['percpu', 'absolute'].includes(writing.addresses),
    )) {
      const table = carve(guest(build({ layout, addresses, symbols }).bytes));
      const named: readonly (readonly [string, bigint, string | undefined])[] = [
        ['a small number', 0x1ad40n, undefined],
        ['the direct map', 0xffff888000001000n, undefined],
        ['before the kernel', textAt - 1n, undefined],
        ['the first of all', textAt + 1n, 'startup_64'],
        ['a system call', textAt + 0x10004n, '__do_sys_pause'],
        ['the end of the text', textAt + 0x20000n, '_etext'],
        ['the last byte', rodataAt + 0x7fffffn, '__bss_stop'],
        ['the end', rodataAt + 0x800000n, undefined],
        ['a module', 0xffffffffc0001000n, undefined],
        ['the last address', 0xffffffffffffffffn, undefined],
      ];
      for (const [what, address, name] of named) {
        expect(table?.at(address)?.name, `${what}, ${layout} ${addresses}`).to.equal(name);
      }
      expect(table?.find('cpu_number')?.address).to.equal(0x1ad40n);
    }
  });

  it('takes the byte before an address to return to', () => {
    const table = carve(guest(build({ layout: '6.4', symbols: kernelSymbols(1000) }).bytes));
    expect(table?.at(textAt + 0x40n)?.name).not.to.equal('_text');
    expect(table?.at(textAt + 0x40n, 'return')?.name).to.equal('_text');
    expect(table?.at(textAt, 'return')).to.equal(undefined);
  });

  it('finds every symbol of one name, by the order of names or by their hashes', () => {
    const places = [0x300n, 0x100n, 0x200n].map((at) => textAt + 0x30000n + at);
    const symbols = [
      ...kernelSymbols(1000),
      ...places.map((address) => ({ name: 'init_once', type: 't', address })),
    ].sort((one, other) => Number(one.address - other.address));
    for (const layout of ['4.6', '6.4'] as const) {
      const table = carve(guest(build({ layout, symbols }).bytes));
      const found = Array.from(table?.findAll?.('init_once') ?? [], ({ address }) => address);
      expect(found, layout).to.have.ordered.members(
        places.toSorted((one, other) => (one < other ? -1 : 1)),
      );
      expect([...(table?.findAll?.('init_onc') ?? [])]).to.deep.equal([]);
    }
  });

  it('takes the last symbol for the end of a kernel that keeps none of its data', () => {
    const symbols = kernelSymbols(1000);
    const table = carve(guest(build({ layout: '6.4', symbols }).bytes));
    expect(table?.at(rodataAt + 0x600000n)?.name).to.equal('phys_base');
    expect(table?.at(rodataAt + 0x600001n)).to.equal(undefined);
    expect(table?.at(textAt)?.name).to.equal('_text');
  });

  it('lists every symbol, ascending by address, with the type it was given', () => {
    for (const layout of layouts) {
      const symbols = kernelSymbols(700);
      const table = carve(guest(build({ layout, symbols }).bytes));
      expect(
        Array.from(table ?? [], ({ name, address, type }) => ({ name, address, type })),
        layout,
      ).to.deep.equal(symbols.map(({ name, address, type = 'T' }) => ({ name, address, type })));
    }
  });

  it('reads little where VMCOREINFO gives the place', () => {
    const built = build({ layout: '6.4', symbols: kernelSymbols(3000) });
    const at = rodataAt + BigInt(kallsymsAt + (built.offsets.kallsyms_token_table ?? 0));
    const told = guest(built.bytes);
    const untold = guest(built.bytes);
    expect(
      carveOnce(told, new VmcoreInfo(`SYMBOL(kallsyms_token_table)=${at.toString(16)}`))?.size,
    ).to.equal(carveOnce(untold)?.size);
    expect(told.memory.pagesRead).to.be.lessThan(untold.memory.pagesRead);
  });

  it('goes through no window where all memory was searched before', () => {
    const searched = guest(build({ layout: '6.4', symbols: kernelSymbols(3000) }).bytes);
    const { memory } = searched;
    let reads = 0;
    const readInto = memory.readInto.bind(memory);
    memory.readInto = (address, target) => {
      reads += 1;
      readInto(address, target);
    };
    expect(carveOnce(searched)?.size).to.equal(3004);
    const readsAlone = reads;
    searchAll(memory);
    reads = 0;
    expect(carveOnce(searched)?.size).to.equal(3004);
    expect(readsAlone).to.be.greaterThan(rodataSize / 4096);
    expect(reads).to.be.lessThan(readsAlone / 2);
  });

  it('is not misled by a wrong place in VMCOREINFO', () => {
    const told = guest(build({ layout: '4.6', symbols: kernelSymbols(1000) }).bytes);
    const table = carve(
      told,
      new VmcoreInfo(`SYMBOL(kallsyms_token_table)=${(rodataAt + 0x99n).toString(16)}`),
    );
    expect(table?.find('_text')?.address).to.equal(textAt);
  });

  it('refuses a table whose banner is none', () => {
    const lying = guest(build({ layout: '6.2', symbols: kernelSymbols(1000) }).bytes);
    lying.memory.write(physicalStart + bannerAt, latin1('Windows version'));
    expect(carve(lying)).to.equal(undefined);
  });

  it('refuses the table of a kernel that is mapped elsewhere', () => {
    const symbols = kernelSymbols(1000).map((symbol) => ({
      ...symbol,
      address: symbol.address + 0x10000000n,
    }));
    expect(carve(guest(build({ layout: '6.2', symbols }).bytes))).to.equal(undefined);
  });

  it('takes the true table where a broken copy lies before it', () => {
    const built = build({ layout: '4.6', symbols: kernelSymbols(1000) });
    const broken = built.bytes.slice();
    broken.fill(0xff, built.offsets.kallsyms_markers, (built.offsets.kallsyms_markers ?? 0) + 4);
    const both = guest(built.bytes, 0x80008);
    both.memory.write(physicalStart + 0x10000, broken);
    expect(carve(both)?.find('_stext')?.address).to.equal(textAt);
  });

  describe('where someone else wrote a table into pages that the kernel gave away', () => {
    const runSize = 0x600000;
    const gapAt = 0x10000;
    const ownAt = 0x280000;
    const forgedBanner = { name: 'linux_banner', type: 'D', address: rodataAt + 0x9000n };

    /**
     * Read-only data as after boot: what lies before the boundary of 2 MiB and after the last one
     * was freed.
     */
    function freed(
      tables: readonly (readonly [number, readonly KallsymsSymbol[]])[],
      sizeInBytes: number = runSize,
    ): Guest {
      const memory = new SparseMemory({
        ranges: [{ start: physicalStart, end: physicalStart + runSize }],
      });
      memory.write(physicalStart + bannerAt, latin1(banner));
      memory.write(
        physicalStart + 0x9000,
        latin1('Linux version 6.6.6-forged (a@b) (gcc) #1 SMP\n'),
      );
      for (const [at, symbols] of tables) {
        const { bytes } = buildKallsyms({
          layout: '6.4',
          symbols,
          virtualAddress: windowAt + BigInt(at),
        });
        memory.write(physicalStart + at, bytes);
      }
      const window = {
        virtualAddress: windowAt,
        physicalAddress: physicalStart,
        lengthInBytes: sizeInBytes,
      };
      const rodata = { ...window, isWritable: false, isExecutable: false };
      const text = {
        ...rodata,
        virtualAddress: textAt,
        physicalAddress: 0x4000000,
        lengthInBytes: 0x200000,
        isExecutable: true,
      };
      return { memory, virtual: linearMemory(memory, [rodata]), runs: [text, rodata] };
    }
    // The window begins in the gap after the text, 1 MiB before the read-only data.
    const windowAt = rodataAt - 0x100000n;
    const own = kernelSymbols(2000).map((symbol) =>
      symbol.name === 'linux_banner' ? { ...symbol, address: windowAt + BigInt(bannerAt) } : symbol,
    );
    const forged = own.map((symbol) =>
      symbol.name === 'linux_banner' ? { ...forgedBanner, address: windowAt + 0x9000n } : symbol,
    );

    it("takes the kernel's own table, wherever the forged one lies", () => {
      for (const at of [gapAt, 0x40000, runSize - 0x100000]) {
        expect(
          carve(
            freed([
              [ownAt, own],
              [at, forged],
            ]),
          )?.banner,
          String(at),
        ).to.equal(banner.trim());
      }
    });

    it('takes none where two tables lie there and nothing decides', () => {
      expect(
        carve(
          freed([
            [0x40000, own],
            [gapAt, forged],
          ]),
        ),
      ).to.equal(undefined);
      expect(
        carve(
          freed([
            [0x40000, forged],
            [gapAt, own],
          ]),
        ),
      ).to.equal(undefined);
    });

    it("takes the one that the file's VMCOREINFO names", () => {
      const told = freed([
        [0x40000, own],
        [gapAt, forged],
      ]);
      const { offsets } = buildKallsyms({
        layout: '6.4',
        symbols: own,
        virtualAddress: windowAt + 0x40000n,
      });
      const at = windowAt + 0x40000n + BigInt(offsets.kallsyms_token_table ?? 0);
      expect(
        carve(told, new VmcoreInfo(`SYMBOL(kallsyms_token_table)=${at.toString(16)}`))?.banner,
      ).to.equal(banner.trim());
    });
  });

  describe('where Linux makes writable what it gives away, as on i386, s390x and ppc64', () => {
    const { bytes } = build({ layout: '6.4', symbols: kernelSymbols(2000) });
    /** The pages that it takes to find symbols near the start of the read-only data. */
    function pagesRead(textSize: number, changed: Partial<MappedRun> = {}): number {
      const { memory, virtual, runs } = guest(bytes);
      const [text, rodata] = runs as [MappedRun, MappedRun];
      const image = [
        { ...text, lengthInBytes: textSize },
        { ...rodata, ...changed },
      ];
      const dump = { ...dumpOf(memory), layout: { ...x8664Layout, ownsReadOnlyPages: true } };
      const carving = kallsyms.carve({ dump, root: virtual.root, runs: image, memory: virtual });
      expect(resultOf(carving)?.size).to.equal(2004);
      return memory.pagesRead;
    }
    const all = rodataSize / 0x1000;
    const upToRodata = Number(rodataAt - textAt);

    it('reads on for no second table, where all from the text to it is read-only', () => {
      expect(pagesRead(upToRodata)).to.be.below(all / 2);
      expect(pagesRead(upToRodata, { isExecutable: true })).to.be.below(all / 2);
    });

    it('reads on where there is a gap, or the table is writable', () => {
      expect(pagesRead(upToRodata - 0x1000)).to.be.at.least(all);
      expect(pagesRead(upToRodata, { isWritable: true })).to.be.at.least(all);
    });
  });

  it('gives no table whose kernel is not mapped, however the bytes are cut and changed', () => {
    const built = layouts.map((layout) => build({ layout, symbols: kernelSymbols(700) }).bytes);
    fc.assert(
      fc.property(
        fc.constantFrom(...built),
        fc.array(
          fc.tuple(
            fc.double({ min: 0, max: 1, noNaN: true }),
            fc.uint8Array({ minLength: 1, maxLength: 64 }),
          ),
          {
            maxLength: 8,
          },
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (whole, changes, cut) => {
          const bytes = whole.slice(0, Math.floor(whole.length * cut));
          for (const [where, change] of changes) {
            bytes.set(
              change.subarray(0, Math.max(0, bytes.length - Math.floor(where * bytes.length))),
              Math.floor(where * bytes.length),
            );
          }
          const table = carve(guest(bytes));
          // An entry that is lower than the one before it was overwritten, and is not given.
          const known = ['_text', '_stext', 'linux_banner'].flatMap(
            (name) => table?.find(name)?.address ?? [],
          );
          expect(table === undefined || known.length > 0).to.equal(true);
          expect(known.filter((at) => at < textAt || at >= rodataEnd)).to.deep.equal([]);
        },
      ),
      { numRuns: propertyRuns(25) },
    );
  });

  it('does without pages that the dump leaves out', () => {
    const built = build({ layout: '4.6', symbols: kernelSymbols(3000) });
    const holed = guest(built.bytes);
    holed.memory.exclude(physicalStart + kallsymsAt);
    const table = carve(holed);
    expect(
      table === undefined || table.find('phys_base')?.address === rodataAt + 0x600000n,
    ).to.equal(true);
  });
});
