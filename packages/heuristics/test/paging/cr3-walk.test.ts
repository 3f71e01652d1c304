import { hex } from '@vmcorekit/core';
import { cr3Walk } from '@vmcorekit/heuristics';
import { PageTableBuilder } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  candidatesOf,
  dumpOf,
  emptyMemory,
  findingsOf,
  kaslrOffset,
  kernelIn,
  physBase,
  placeAt,
  rootAt,
} from '../guest.ts';
import { addIsolatedProcess, addProcess } from './processes.ts';

const text = 0xffff_ffff_8100_0000n + BigInt(kaslrOffset);
const truth = {
  ...placeAt(physBase),
  kaslrOffset,
  textVirtualAddress: text,
  textPhysicalAddress: Number(text - 0xffff_ffff_8000_0000n) + physBase,
};

describe('cr3-walk', () => {
  for (const levels of [4, 5] as const) {
    it(`finds a kernel through ${levels} levels of a process's tables`, () => {
      const memory = emptyMemory();
      const kernel = kernelIn(memory, { levels });
      const root = addProcess(memory, kernel, 0x3000000);

      const found = candidatesOf(cr3Walk, dumpOf(memory, { cr3: [root, root], levels }));

      expect(found.map(({ claim }) => claim)).to.deep.equal([
        { ...truth, root: rootAt(root, levels) },
      ]);
      expect(found[0]?.reachedByCpu).to.equal(true);
      expect(found[0]?.because).to.contain('CPUs 0, 1');
    });
  }

  it('names the assumption under which it gives the KASLR offset', () => {
    const memory = emptyMemory();
    const found = candidatesOf(cr3Walk, dumpOf(memory, { cr3: [kernelIn(memory).root] }));
    expect(found[0]?.assumes).to.deep.equal({
      kaslrOffset: '_text is linked at 0xffffffff81000000',
    });
  });

  it("turns the user's half of page-table isolation to the kernel's", () => {
    const memory = emptyMemory();
    const { kernelHalf, userHalf } = addIsolatedProcess(
      memory,
      kernelIn(memory),
      0x3000000,
      0x3100000,
    );
    const found = candidatesOf(cr3Walk, dumpOf(memory, { cr3: [userHalf] }));
    expect(found.map(({ claim }) => claim)).to.deep.equal([{ ...truth, root: rootAt(kernelHalf) }]);
  });

  it("withholds the text where only the user's half is in the dump", () => {
    const memory = emptyMemory();
    const { kernelHalf, userHalf } = addIsolatedProcess(
      memory,
      kernelIn(memory),
      0x3000000,
      0x3100000,
    );
    memory.exclude(kernelHalf);
    const found = candidatesOf(cr3Walk, dumpOf(memory, { cr3: [userHalf] }));
    expect(found.map(({ claim, strength }) => ({ claim, strength }))).to.deep.equal([
      { claim: placeAt(physBase), strength: 'weak' },
    ]);
  });

  it('takes an odd page for what it is where nothing is isolated', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    addProcess(memory, kernel, 0x3000000);
    const odd = addProcess(memory, kernel, 0x3001000);
    expect(
      candidatesOf(cr3Walk, dumpOf(memory, { cr3: [odd] }))[0]?.claim.root?.tableAddress,
    ).to.equal(odd);
  });

  it('gives one finding a kernel where CPUs run different ones', () => {
    const memory = emptyMemory();
    const first = kernelIn(memory);
    const second = kernelIn(memory, {
      physBase: 0x200_0000,
      kaslrOffset: 0x400_0000,
      tablesFrom: 0x2800000,
      vmcoreInfoAt: null,
    });
    const found = candidatesOf(
      cr3Walk,
      dumpOf(memory, { cr3: [first.root, second.root, first.root] }),
    );
    expect(found.map(({ claim }) => claim.physBase)).to.deep.equal([physBase, 0x200_0000]);
    expect(found[0]?.because).to.contain('CPUs 0, 2');
  });

  it("claims no text where the image's first mapping is not its text", () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const tables = new PageTableBuilder(memory, {
      levels: 4,
      root: 0x3000000,
      tablesFrom: 0x3100000,
    });
    const data = kernel.symbols.get('init_top_pgt') ?? 0n;
    tables.place(text, 2, kernel.physical(data) + 0x7000);
    const large = { lengthInBytes: 0x20_0000, pageSizeInBytes: 0x20_0000 } as const;
    const before = text - 0x20_0000n;
    tables.map({
      ...large,
      virtualAddress: before,
      physicalAddress: kernel.physical(before),
      isWritable: true,
    });
    tables.map({
      ...large,
      virtualAddress: text,
      physicalAddress: kernel.physical(text),
      isExecutable: true,
    });
    tables.map({
      ...large,
      virtualAddress: data,
      physicalAddress: kernel.physical(data),
      isWritable: true,
    });

    const found = candidatesOf(cr3Walk, dumpOf(memory, { cr3: [0x3000000] }));

    expect(found.map(({ claim }) => claim)).to.deep.equal([
      { ...placeAt(physBase), root: rootAt(0x3000000) },
    ]);
  });

  it('leaves the KASLR offset out for a kernel below the usual link address', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, {
      physBase: 0x100_0000,
      kaslrOffset: -0xe0_0000,
      vmcoreInfoAt: null,
    });
    const [found] = candidatesOf(cr3Walk, dumpOf(memory, { cr3: [kernel.root] }));
    expect(found?.claim).to.have.property('physBase', 0x100_0000);
    expect(found?.claim).not.to.have.property('kaslrOffset');
  });

  for (const [what, make] of [
    ['an identity mapping, as firmware and boot loaders have', 0n],
    ['a mapping that is not aligned as kernels are', 0xffff_ffff_8123_4000n],
  ] as const) {
    it(`finds nothing through ${what}`, () => {
      const memory = emptyMemory();
      const tables = new PageTableBuilder(memory, {
        levels: 4,
        root: 0x3000000,
        tablesFrom: 0x3100000,
      });
      tables.map({
        virtualAddress: make,
        physicalAddress: 0x100000,
        lengthInBytes: 0x10000,
        isWritable: true,
        isExecutable: true,
      });
      const findings = findingsOf(cr3Walk, dumpOf(memory, { cr3: [0x3000000] }));
      expect(findings.map((finding) => finding.kind)).to.deep.equal(['remark']);
      expect(findings[0]?.because).to.equal('CPU 0: CR3 0x3000000 maps no kernel image');
    });
  }

  const losses = [
    { what: 'cut off', lose: 'absent', says: 'lies in memory that the file has lost' },
    { what: 'corrupt', lose: 'corrupt', says: 'lies in memory that the file has lost' },
    {
      what: 'left out',
      lose: 'excluded',
      says: 'lies in memory that was left out of the file',
    },
  ] as const;
  for (const { what, lose, says } of losses) {
    it(`says that a root which was ${what} is lost, not that it maps no kernel`, () => {
      const memory = emptyMemory();
      const { root } = kernelIn(memory);
      memory.lose(root, lose);
      const findings = findingsOf(cr3Walk, dumpOf(memory, { cr3: [root] }));
      expect(findings.map(({ because }) => because)).to.deep.equal([
        `CPU 0: CR3 ${hex(root)} ${says}`,
      ]);
    });

    it(`says so where a table below the root was ${what}`, () => {
      const memory = emptyMemory();
      const kernel = kernelIn(memory);
      const { root, symbols } = kernel;
      const below = kernel.physical(symbols.get('level2_kernel_pgt') ?? 0n);
      memory.lose(below, lose);
      const findings = findingsOf(cr3Walk, dumpOf(memory, { cr3: [root] }));
      expect(findings.map(({ because }) => because)).to.deep.equal([
        `CPU 0: CR3 ${hex(root)} leads to a table at ${hex(below)}, which ${says}`,
      ]);
    });
  }

  it('says that a root lies outside all memory of the file', () => {
    const findings = findingsOf(cr3Walk, dumpOf(emptyMemory(), { cr3: [0x40000000] }));
    expect(findings.map(({ because }) => because)).to.deep.equal([
      'CPU 0: CR3 0x40000000 lies outside all memory that the file holds',
    ]);
  });

  it('takes a page of zeros for no root', () => {
    const findings = findingsOf(cr3Walk, dumpOf(emptyMemory(), { cr3: [0x3000000] }));
    expect(findings.map(({ because }) => because)).to.deep.equal([
      'CPU 0: CR3 0x3000000 lies in a page of zeros, which is no table',
    ]);
  });

  it('says that tables are not those of a CPU whose code they do not map', () => {
    const memory = emptyMemory();
    new PageTableBuilder(memory, { levels: 4, root: 0x3000000, tablesFrom: 0x3100000 }).map({
      virtualAddress: 0n,
      physicalAddress: 0,
      lengthInBytes: 0x1000,
      isExecutable: true,
    });
    const walked = (rip: bigint) =>
      findingsOf(cr3Walk, dumpOf(memory, { cr3: [0x3000000], registers: { rip } })).map(
        ({ because }) => because,
      );
    expect(walked(text)).to.deep.equal([
      `CPU 0: CR3 0x3000000 does not map ${hex(text)}, where the CPU runs: the tables there are not its own`,
    ]);
    expect(walked(0x123n)).to.deep.equal(['CPU 0: CR3 0x3000000 maps no kernel image']);
  });

  it('says that the machine was in its firmware where no CPU has paging on', () => {
    const findings = findingsOf(
      cr3Walk,
      dumpOf(emptyMemory(), { cr3: [0, 0], registers: { cr0: 0x60000010n } }),
    );
    expect(findings.map(({ because }) => because)).to.deep.equal([
      'paging is off on every CPU: the machine was in its firmware, as after a reset',
    ]);
  });

  it('claims the truth or nothing, whatever the registers hold', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const register = fc.oneof(
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      fc.constantFrom(0n, BigInt(kernel.root), 0x2000000n),
    );
    fc.assert(
      fc.property(register, register, register, (cr0, cr3, cr4) => {
        const flags = { cr0: cr0 | 0x8000_0001n, cr3, cr4: cr4 | 0x20n };
        for (const { claim } of candidatesOf(
          cr3Walk,
          dumpOf(memory, { cr3: [0], registers: flags }),
        )) {
          expect(claim).to.include({ physBase, textVirtualAddress: text });
        }
      }),
    );
  });

  it('claims the truth, part of it, or nothing, for any one damaged table entry', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const damage = fc.record({
      table: fc.constantFrom(
        kernel.root,
        0x2000000,
        kernel.physical(kernel.symbols.get('level2_kernel_pgt') ?? 0n),
      ),
      entry: fc.constantFrom(511, 510, 327, 328, 329),
      bit: fc.integer({ min: 1, max: 62 }),
    });
    fc.assert(
      fc.property(damage, ({ table, entry, bit }) => {
        const at = table + entry * 8;
        const intact = memory.readUint64(at);
        memory.writeUint64(at, intact ^ (1n << BigInt(bit)));
        const found = candidatesOf(cr3Walk, dumpOf(memory, { cr3: [kernel.root] }));
        memory.writeUint64(at, intact);
        for (const { claim, strength } of found) {
          expect(strength === 'weak' || claim.physBase === physBase).to.equal(true);
          expect(claim.textVirtualAddress ?? text).to.equal(text);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('says which CPUs have no paging', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const findings = findingsOf(
      cr3Walk,
      dumpOf(memory, { cr3: [kernel.root], registers: { cr0: 1n } }),
    );
    expect(findings.map((finding) => finding.because)).to.deep.equal(['CPU 0: paging is off']);
  });
});
