import { riscv64, x8664 } from '@vmcorekit/architectures';
import { Riscv64TableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { refusal, rightsOf } from '../refusal.ts';
import { mmuOf, rootAt } from '../root-at.ts';
import { guests } from './guest-walks.ts';
import { walksOfTheManual } from './known-walks.ts';

const mmu = mmuOf(riscv64);
const top = 0x1_0000;
const kernel = 0xffff_ffff_8000_0000n;

function memoryOf(): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: 0x10_0000 }] });
}

function sv39(memory: SparseMemory): Riscv64TableBuilder {
  return new Riscv64TableBuilder(memory, { levels: 3, root: top, tablesFrom: 0x2_0000 });
}

describe('riscv64 translation', () => {
  for (const [levels, address, indices, leaf, expected] of walksOfTheManual) {
    it(`follows the manual: Sv${12 + 9 * levels}, 0x${address.toString(16)}, ${indices.length} levels`, () => {
      const memory = memoryOf();
      for (const [depth, index] of indices.entries()) {
        const next = BigInt((top + (depth + 1) * 0x1000) / 0x1000) << 10n;
        const value = depth === indices.length - 1 ? leaf : next | 1n;
        memory.writeUint64(top + depth * 0x1000 + index * 8, value);
      }
      const root = rootAt(riscv64, top, levels);
      const { physicalAddress, entries } = mmu.translate(memory, root, address);
      expect(physicalAddress).to.equal(expected);
      expect(entries).to.have.lengthOf(indices.length);
    });
  }

  for (const { what, levels, root, walks } of guests) {
    for (const [address, expected, size, rights, walked] of walks) {
      it(`walks as a Debian guest does: ${what}, 0x${address.toString(16)}`, () => {
        const memory = new SparseMemory({ ranges: [{ start: 0x8000_0000, end: 0x9000_0000 }] });
        for (const [at, value] of walked) {
          memory.writeUint64(at, value);
        }
        const translation = mmu.translate(memory, rootAt(riscv64, root, levels), address);
        expect(translation.physicalAddress).to.equal(expected);
        expect(translation.mappingSizeInBytes).to.equal(size);
        expect(rightsOf(translation)).to.equal(rights);
        expect(translation.entries.map(({ at, value }) => [at, value])).to.deep.equal(walked);
      });
    }
  }

  it('says what pages allow, a shadow stack among them', () => {
    const cases = [
      [0x2n, '---'],
      [0x6n, 'w--'],
      [0x8n, '-x-'],
      [0xen, 'wx-'],
      [0x16n, 'w-u'],
      [0x4n, '---'],
    ] as const;
    for (const [bits, rights] of cases) {
      const memory = memoryOf();
      sv39(memory).setEntry(kernel, 1, (5n << 10n) | 1n | bits);
      expect(rightsOf(mmu.translate(memory, rootAt(riscv64, top, 3), kernel))).to.equal(rights);
    }
  });

  it('takes no attribute for an address bit: Svpbmt, T-Head, software', () => {
    for (const bits of [1n << 61n, 1n << 62n, 7n << 60n, 3n << 59n, 0x3e0n]) {
      const memory = memoryOf();
      sv39(memory).setEntry(kernel, 1, (5n << 10n) | 3n | bits);
      const root = rootAt(riscv64, top, 3);
      expect(mmu.translate(memory, root, kernel).physicalAddress, `${bits}`).to.equal(0x5000);
    }
  });

  it('refuses what the manual reserves', () => {
    const reserved = [
      // W and X without R; bits 58:54; a large page out of place; no page of 64 KiB.
      [1, (5n << 10n) | 0xdn],
      [1, (5n << 10n) | 3n | (1n << 54n)],
      [2, (5n << 10n) | 3n],
      [1, (5n << 10n) | 3n | (1n << 63n)],
      [2, (0x208n << 10n) | 3n | (1n << 63n)],
      // U, A, D, PBMT and N in a table; a table at the lowest level; memory beyond 2^52.
      [2, (5n << 10n) | 0x11n],
      [2, (5n << 10n) | 0x41n],
      [2, (5n << 10n) | 1n | (1n << 61n)],
      [2, (5n << 10n) | 1n | (1n << 63n)],
      [1, (5n << 10n) | 1n],
      [1, (1n << 50n) | 3n],
    ] as const;
    for (const [level, value] of reserved) {
      const memory = memoryOf();
      sv39(memory).setEntry(kernel, level, value);
      const look = () => mmu.translate(memory, rootAt(riscv64, top, 3), kernel);
      expect(look, `${level} ${value}`).to.throw(/has reserved bits set/);
    }
  });

  it('refuses addresses that are not extended by their sign', () => {
    for (const levels of [3, 4, 5] as const) {
      const bits = BigInt(12 + 9 * levels);
      const root = rootAt(riscv64, top, levels);
      for (const address of [1n << (bits - 1n), (1n << 64n) - (1n << (bits - 1n)) - 1n]) {
        const look = () => mmu.translate(memoryOf(), root, address);
        expect(look).to.throw(/serve addresses of \d\d bits, extended by their sign/);
      }
      for (const address of [(1n << (bits - 1n)) - 1n, (1n << 64n) - (1n << (bits - 1n))]) {
        const look = () => mmu.translate(memoryOf(), root, address);
        expect(look).to.throw(/not present/);
      }
    }
  });

  it('says which entry is missing, and that its page may be swapped out', () => {
    const memory = memoryOf();
    const look = () => mmu.translate(memory, rootAt(riscv64, top, 3), kernel);
    expect(look).to.throw(/its level 3 entry is not present \(entry at physical address 0x10ff0\)/);
    memory.writeUint64(top + 510 * 8, 0x400n);
    expect(look).to.throw(/not present, but holds 0x400: the page may be swapped out/);
  });

  it('passes on that a table is excluded, and refuses the roots of other processors', () => {
    const memory = memoryOf();
    sv39(memory).map({ virtualAddress: kernel, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
    memory.exclude(0x2_0000);
    const look = () => mmu.translate(memory, rootAt(riscv64, top, 3), kernel);
    expect(refusal(look)).to.equal('page-unreadable');
    expect(refusal(() => mmu.translate(memory, rootAt(x8664, top, 4), 0n))).to.equal('contract');
  });

  it('gives each kind of root at one place a key and a summary', () => {
    const roots = mmu.rootsAt(top);
    expect(new Set(roots.map(({ key }) => key)).size).to.equal(3);
    expect(structuredClone(roots)).to.deep.equal(roots);
    expect(roots.map(({ summary }) => summary)).to.deep.equal([
      '5-level tables (Sv57) at 0x10000',
      '4-level tables (Sv48) at 0x10000',
      '3-level tables (Sv39) at 0x10000',
    ]);
  });

  it('names no root by registers, and the address of the next instruction', () => {
    const registers = new Map([['pc', kernel]]);
    expect(mmu.rootOf(registers)).to.equal(undefined);
    expect(mmu.instructionAddress?.(registers)).to.equal(kernel);
  });

  it('never throws anything but a typed error, whatever the tables hold', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4096, maxLength: 4096 }),
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.constantFrom(3, 4, 5),
        (bytes, address, levels) => {
          const memory = memoryOf();
          memory.write(top, bytes);
          const look = () => mmu.translate(memory, rootAt(riscv64, top, levels), address);
          expect(refusal(look)).to.be.oneOf([
            'nothing was thrown',
            'not-mapped',
            'page-unreadable',
          ]);
        },
      ),
    );
  });
});
