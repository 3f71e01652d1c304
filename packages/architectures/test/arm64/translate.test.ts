import { arm64, x8664 } from '@vmcorekit/architectures';
import { Arm64TableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { refusal, rightsOf } from '../refusal.ts';
import { mmuOf, rootAt } from '../root-at.ts';
import { guestRoot, walksOfGuest, walksOfTheManual } from './known-walks.ts';
import { arm64RootAt, halfStart, kinds, mebibyte, memoryOf } from './roots.ts';

const mmu = mmuOf(arm64);
const top = 0x1_0000;
const common = { granule: 4, bits: 48 } as const;

function tablesIn(memory: SparseMemory): Arm64TableBuilder {
  return new Arm64TableBuilder(memory, {
    granuleInBytes: 0x1000,
    addressBits: 48,
    root: top,
    tablesFrom: 0x2_0000,
  });
}

describe('arm64 translation', () => {
  for (const [granule, bits, address, indices, leaf, expected] of walksOfTheManual) {
    const depth = indices.length;
    it(`follows the manual: ${granule} KiB, ${bits} bits, 0x${address.toString(16)}, ${depth} levels`, () => {
      const memory = memoryOf(mebibyte);
      for (const [level, index] of indices.entries()) {
        const next = BigInt(top + (level + 1) * 0x1_0000) | 3n;
        memory.writeUint64(top + level * 0x1_0000 + index * 8, level === depth - 1 ? leaf : next);
      }
      const { physicalAddress, entries, mappingSizeInBytes } = mmu.translate(
        memory,
        arm64RootAt(top, { granule, bits }),
        address,
      );
      expect(physicalAddress).to.equal(expected);
      expect(entries).to.have.lengthOf(depth);
      expect((physicalAddress - Number(entries.at(-1)?.leadsTo)) % mappingSizeInBytes).to.equal(
        Number(address % BigInt(mappingSizeInBytes)),
      );
    });
  }

  for (const [address, expected, size, rights, walked] of walksOfGuest) {
    it(`walks as a Debian guest does: 0x${address.toString(16)}`, () => {
      const memory = new SparseMemory({ ranges: [{ start: 0x4000_0000, end: 0x5000_0000 }] });
      for (const [at, value] of walked) {
        memory.writeUint64(at, value);
      }
      const translation = mmu.translate(memory, arm64RootAt(guestRoot, common), address);
      expect(translation.physicalAddress).to.equal(expected);
      expect(translation.mappingSizeInBytes).to.equal(size);
      expect(rightsOf(translation)).to.equal(rights);
      expect(translation.entries.map(({ at, value }) => [at, value])).to.deep.equal(walked);
    });
  }

  it('says what pages and tables allow: AP, PXN, UXN and their limits in tables', () => {
    const cases = [
      // A page's bits, a table's bits above it, in the kernel's half, in a program's.
      [0n, 0n, 'wx-', 'wx-'],
      [1n << 7n, 0n, '-x-', '-x-'],
      [1n << 6n, 0n, 'wxu', 'wxu'],
      [1n << 53n, 0n, 'w--', 'wx-'],
      [1n << 54n, 0n, 'wx-', 'w--'],
      [0n, 1n << 59n, 'w--', 'wx-'],
      [0n, 1n << 60n, 'wx-', 'w--'],
      [1n << 6n, 1n << 61n, 'wx-', 'wx-'],
      [0n, 1n << 62n, '-x-', '-x-'],
    ] as const;
    for (const [bits, tableBits, kernel, user] of cases) {
      for (const half of ['kernel', 'user'] as const) {
        const memory = memoryOf(mebibyte);
        const address = half === 'kernel' ? 0xffff_8000_0000_0000n : 0x8000_0000_0000n;
        const tables = tablesIn(memory);
        tables.setEntry(address, 1, 0x5003n | bits);
        const above = tables.entryAt(address, 2);
        memory.writeUint64(above, memory.readUint64(above) | tableBits);
        expect(
          rightsOf(mmu.translate(memory, arm64RootAt(top, { ...common, half }), address)),
          `${half} ${bits} ${tableBits}`,
        ).to.equal(half === 'kernel' ? kernel : user);
      }
    }
  });

  it('takes no attribute for an address bit', () => {
    const attributes = 0xfff8_0000_0000_0ffcn & ~0x300n;
    for (const kind of kinds) {
      const memory = memoryOf(mebibyte);
      const address = halfStart(kind.bits);
      const tables = new Arm64TableBuilder(memory, {
        granuleInBytes: (kind.granule * 1024) as 0x1000,
        addressBits: kind.bits,
        root: top,
        tablesFrom: 0x2_0000,
        tableBits: attributes,
      });
      tables.setEntry(address, 1, 0x5_0003n | attributes);
      const { physicalAddress } = mmu.translate(memory, arm64RootAt(top, kind), address);
      expect(physicalAddress, `${kind.granule} ${kind.bits}`).to.equal(0x5_0000);
    }
  });

  it('reads the tables of a big-endian kernel', () => {
    const memory = memoryOf(mebibyte, 'big');
    tablesIn(memory).map({
      virtualAddress: 0xffff_8000_0000_0000n,
      physicalAddress: 0x5000,
      lengthInBytes: 0x1000,
    });
    const root = arm64RootAt(top, common);
    expect(mmu.translate(memory, root, 0xffff_8000_0000_0123n).physicalAddress).to.equal(0x5123);
    expect(
      Array.from(mmu.mappedRuns(memory, root, 0xffff_8000_0000_0000n, 2n ** 64n)),
    ).to.have.lengthOf(1);
  });

  it('refuses addresses of the other half, and those that no table serves', () => {
    const memory = memoryOf(mebibyte);
    for (const { granule, bits } of kinds) {
      const start = halfStart(bits);
      for (const address of [0n, start - 1n, 2n ** BigInt(bits), 0x8000_0000_0000_0000n]) {
        const look = () => mmu.translate(memory, arm64RootAt(top, { granule, bits }), address);
        expect(refusal(look)).to.equal('not-mapped');
      }
      for (const address of [2n ** BigInt(bits), start, 2n ** 64n - 1n]) {
        const root = arm64RootAt(top, { granule, bits, half: 'user' });
        expect(refusal(() => mmu.translate(memory, root, address))).to.equal('not-mapped');
      }
    }
  });

  it('refuses blocks where the architecture has none', () => {
    const refused = [
      [{ granule: 4, bits: 48 }, 4],
      [{ granule: 4, bits: 52 }, 5],
      [{ granule: 16, bits: 48 }, 3],
      [{ granule: 16, bits: 52 }, 4],
      [{ granule: 4, bits: 48 }, 1],
      [{ granule: 64, bits: 48 }, 1],
    ] as const;
    for (const [kind, level] of refused) {
      const memory = memoryOf(mebibyte);
      const address = halfStart(kind.bits);
      new Arm64TableBuilder(memory, {
        granuleInBytes: (kind.granule * 1024) as 0x1000,
        addressBits: kind.bits,
        root: top,
        tablesFrom: 0x2_0000,
      }).setEntry(address, level, 1n);
      const look = () => mmu.translate(memory, arm64RootAt(top, kind), address);
      expect(look, `${kind.granule} ${kind.bits}`).to.throw(/a block where there can be none/);
    }
  });

  it('says which entry is missing, and that its page may be swapped out', () => {
    const memory = memoryOf(mebibyte);
    const address = 0xffff_8000_0000_0000n;
    const look = () => mmu.translate(memory, arm64RootAt(top, common), address);
    expect(look).to.throw(/its level 4 entry is not present \(entry at physical address 0x10800\)/);
    memory.writeUint64(top + 256 * 8, 0x400n);
    expect(look).to.throw(/not present, but holds 0x400: the page may be swapped out/);
  });

  it('passes on that a table is excluded', () => {
    const memory = memoryOf(mebibyte);
    const virtualAddress = 0xffff_8000_0000_0000n;
    tablesIn(memory).map({ virtualAddress, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
    memory.exclude(0x2_0000);
    const look = () => mmu.translate(memory, arm64RootAt(top, common), virtualAddress);
    expect(refusal(look)).to.equal('page-unreadable');
  });

  it('refuses the roots of other processors', () => {
    const look = () => mmu.translate(memoryOf(mebibyte), rootAt(x8664, top, 4), 0n);
    expect(refusal(look)).to.equal('contract');
  });

  it('reads a program with tables of its own, of the same sizes as the kernel’s', () => {
    for (const kind of kinds) {
      const memory = memoryOf(mebibyte);
      const address = 2n ** BigInt(kind.bits) - 0x1_0000n;
      new Arm64TableBuilder(memory, {
        granuleInBytes: (kind.granule * 1024) as 0x1000,
        addressBits: kind.bits,
        root: top,
        tablesFrom: 0x2_0000,
      }).map({
        virtualAddress: address,
        physicalAddress: 0x5_0000,
        lengthInBytes: kind.granule * 1024,
        isUser: true,
        isExecutable: true,
      });
      const root = mmu.programRootAt?.(top, arm64RootAt(0x9_0000, kind));
      expect(root).to.deep.equal(arm64RootAt(top, { ...kind, half: 'user' }));
      const translation = root && mmu.translate(memory, root, address + 8n);
      expect(translation?.physicalAddress).to.equal(0x5_0008);
      expect(translation && rightsOf(translation)).to.equal('-xu');
    }
  });

  it('gives each kind of root at one place a key and a summary of its own', () => {
    const roots = mmu.rootsAt(top);
    expect(new Set(roots.map(({ key }) => key)).size).to.equal(2 * kinds.length);
    expect(new Set(roots.map(({ summary }) => summary)).size).to.equal(2 * kinds.length);
    expect(structuredClone(roots)).to.deep.equal(roots);
    expect(roots[0]?.summary).to.equal('4-level tables of 4 KiB pages for 48 bits at 0x10000');
  });

  it('never throws anything but a typed error, whatever the tables hold', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4096, maxLength: 4096 }),
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.constantFrom(...kinds),
        (bytes, address, kind) => {
          const memory = memoryOf(mebibyte);
          memory.write(top, bytes);
          expect(refusal(() => mmu.translate(memory, arm64RootAt(top, kind), address))).to.be.oneOf(
            ['nothing was thrown', 'not-mapped', 'page-unreadable'],
          );
        },
      ),
    );
  });
});
