import { s390x, x8664 } from '@vmcorekit/architectures';
import { S390xTableBuilder, type SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { refusal, rightsOf } from '../refusal.ts';
import { mmuOf, rootAt } from '../root-at.ts';
import { guests } from './guest-walks.ts';
import { walksOfTheManual } from './known-walks.ts';
import { memoryOf, rootOfAsce } from './roots.ts';

const mmu = mmuOf(s390x);
const top = 0x1_0000;
const regionThird = BigInt(top) | 7n;

function tablesIn(memory: SparseMemory): S390xTableBuilder {
  return new S390xTableBuilder(memory, { levels: 3, root: top, tablesFrom: 0x2_0000 });
}

describe('s390x translation', () => {
  for (const [type, address, indices, leaf, expected] of walksOfTheManual) {
    it(`follows the manual: type ${type}, 0x${address.toString(16)}, ${indices.length} levels`, () => {
      const memory = memoryOf();
      for (const [depth, index] of indices.entries()) {
        const entryType = BigInt(Math.max(0, type - depth)) << 2n;
        const next = BigInt(top + (depth + 1) * 0x4000) | entryType | 3n;
        const isSegment = depth === type;
        const value = depth === indices.length - 1 ? leaf : isSegment ? next & ~3n : next;
        memory.writeUint64(top + depth * 0x4000 + index * 8, value);
      }
      const root = rootOfAsce(BigInt(top) | (BigInt(type) << 2n) | 3n);
      const { physicalAddress, entries } = mmu.translate(memory, root, address);
      expect(physicalAddress).to.equal(expected);
      expect(entries).to.have.lengthOf(indices.length);
    });
  }

  for (const { what, asce, walks } of guests) {
    for (const [address, expected, size, rights, walked] of walks) {
      it(`walks as a Debian guest does: ${what}, 0x${address.toString(16)}`, () => {
        const memory = memoryOf(0x1000_0000);
        for (const [at, value] of walked) {
          memory.writeUint64(at, value);
        }
        const translation = mmu.translate(memory, rootOfAsce(asce), address);
        expect(translation.physicalAddress).to.equal(expected);
        expect(translation.mappingSizeInBytes).to.equal(size);
        expect(rightsOf(translation)).to.equal(rights);
        expect(translation.entries.map(({ at, value }) => [at, value])).to.deep.equal(walked);
      });
    }
  }

  it('says what entries allow: protection of any level, no execution of the last', () => {
    const cases = [
      [0n, 0n, 'wx-'],
      [0x200n, 0n, '-x-'],
      [0x100n, 0n, 'w--'],
      [0n, 0x200n, '-x-'],
      [0n, 0x100n, 'wx-'],
      [0x300n, 0x200n, '---'],
    ] as const;
    for (const [page, segment, rights] of cases) {
      const memory = memoryOf();
      const tables = tablesIn(memory);
      tables.setEntry(0x5000n, 1, 0x7001n | page);
      const above = tables.entryAt(0x5000n, 2);
      memory.writeUint64(above, memory.readUint64(above) | segment);
      const translation = mmu.translate(memory, rootOfAsce(regionThird), 0x5123n);
      expect(rightsOf(translation), `${page} ${segment}`).to.equal(rights);
      expect(translation.physicalAddress).to.equal(0x7123);
    }
  });

  it('takes the type and the length of tables from the ASCE and from entries', () => {
    const memory = memoryOf();
    tablesIn(memory).map({
      virtualAddress: 600n << 31n,
      physicalAddress: 0x5000,
      lengthInBytes: 0x1000,
    });
    const at = 600n << 31n;
    const whole = rootOfAsce(regionThird);
    expect(mmu.translate(memory, whole, at).physicalAddress).to.equal(0x5000);
    const short = rootOfAsce(BigInt(top) | 4n);
    expect(short.summary).to.equal('3-level tables at 0x10000 of which 1 of 4 parts are used');
    expect(() => mmu.translate(memory, short, at)).to.throw(/outside the length of the table/);
    const entryAt = top + 600 * 8;
    for (const [length, offset] of [
      [3n, 1n],
      [0n, 1n],
      [0n, 3n],
    ] as const) {
      const entry = memory.readUint64(entryAt) & ~0xc3n;
      memory.writeUint64(entryAt, entry | (offset << 6n) | length);
      const look = () => mmu.translate(memory, whole, at);
      expect(look).to.throw(/outside the length of the table/);
      expect([...mmu.mappedRuns(memory, whole, 0n, 2n ** 42n)]).to.deep.equal([]);
      expect(
        [...(mmu.tablePages?.(memory, [whole], 9) ?? [])].map(({ level }) => level),
      ).to.include(3);
    }
  });

  it('refuses what no processor accepts', () => {
    const reserved = [
      // Another type than the table's; bit 52 of a page; an address beyond 2^52.
      [3, 0x2_0003n],
      [2, 0x2_0004n],
      [1, 0x5801n],
      [1, 1n << 60n],
      [3, (1n << 60n) | 7n],
    ] as const;
    for (const [level, value] of reserved) {
      const memory = memoryOf();
      tablesIn(memory).setEntry(0x5000n, level, value);
      const look = () => mmu.translate(memory, rootOfAsce(regionThird), 0x5000n);
      expect(look, `${level} ${value}`).to.throw(/has reserved bits set/);
    }
  });

  it('takes entries of zeros for absent, because lost pages read so', () => {
    for (const level of [1, 2]) {
      const memory = memoryOf();
      tablesIn(memory).setEntry(0x5000n, level, 0n);
      const look = () => mmu.translate(memory, rootOfAsce(regionThird), 0x5000n);
      expect(look).to.throw(new RegExp(`its level ${level} entry is not present \\(`));
    }
  });

  it('says which entry is missing, and that its page may be swapped out', () => {
    const memory = memoryOf();
    const tables = tablesIn(memory);
    const look = () => mmu.translate(memory, rootOfAsce(regionThird), 0x5000n);
    expect(look).to.throw(/its level 3 entry is not present \(entry at physical address 0x10000\)/);
    tables.setEntry(0x6000n, 1, 0x7001n);
    expect(look).to.throw(/its level 1 entry is not present \(entry/);
    tables.setEntry(0x5000n, 1, 0x12_3600n);
    expect(look).to.throw(/not present, but holds 0x123600: the page may be swapped out/);
  });

  it('refuses addresses that the type leaves out', () => {
    for (const [type, bits] of [
      [0n, 31n],
      [1n, 42n],
      [2n, 53n],
    ] as const) {
      const root = rootOfAsce(BigInt(top) | (type << 2n) | 3n);
      const look = () => mmu.translate(memoryOf(), root, 1n << bits);
      expect(look).to.throw(new RegExp(`serve addresses of ${bits} bits`));
    }
  });

  it('passes on that a table is excluded, and refuses the roots of other processors', () => {
    const memory = memoryOf();
    tablesIn(memory).map({ virtualAddress: 0n, physicalAddress: 0x5000, lengthInBytes: 0x1000 });
    memory.exclude(0x2_0000);
    const look = () => mmu.translate(memory, rootOfAsce(regionThird), 0n);
    expect(refusal(look)).to.equal('page-unreadable');
    expect(refusal(() => mmu.translate(memory, rootAt(x8664, top, 4), 0n))).to.equal('contract');
  });

  it('gives each kind of root at one place a key and a summary', () => {
    const roots = mmu.rootsAt(top);
    expect(roots.map(({ levels }) => levels)).to.deep.equal([3, 4, 2, 5]);
    expect(new Set(roots.map(({ key }) => key)).size).to.equal(4);
    expect(structuredClone(roots)).to.deep.equal(roots);
    expect(rootOfAsce(regionThird)).to.deep.equal(roots[0]);
  });

  it('never throws anything but a typed error, whatever the tables hold', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4096, maxLength: 4096 }),
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.bigInt({ min: 0n, max: 0xfffn }),
        (bytes, address, kind) => {
          const memory = memoryOf();
          memory.write(top, bytes);
          const root = rootOfAsce(BigInt(top) | (kind & ~0x20n));
          expect(refusal(() => mmu.translate(memory, root, address))).to.be.oneOf([
            'nothing was thrown',
            'not-mapped',
            'page-unreadable',
          ]);
        },
      ),
    );
  });
});

describe('the registers of s390x', () => {
  const home = 0x0706_c001_8000_0000n;

  it('name the kernel’s tables by control register 13, in any mode', () => {
    const registers = new Map([
      ['cr13', 0x129_0007n],
      ['psw_mask', 0x0002_0001_8000_0000n],
      ['psw_addr', 0x5000n],
    ]);
    expect(mmu.rootOf(registers)?.summary).to.equal('3-level tables at 0x1290000');
    expect(mmu.isTranslating?.(registers)).to.equal(true);
    expect(mmu.instructionAddress?.(registers)).to.equal(undefined);
  });

  it('say where the kernel runs in its home space only', () => {
    const at = (mask: bigint) =>
      mmu.instructionAddress?.(
        new Map([
          ['psw_mask', mask],
          ['psw_addr', 0x5000n],
        ]),
      );
    expect(at(home)).to.equal(0x5000n);
    expect(at(0x0705_0001_8000_0000n)).to.equal(undefined);
    expect(at(home & ~(1n << 58n))).to.equal(undefined);
  });

  it('name no tables after a reset, for a real space, or where the note is lost', () => {
    expect(mmu.rootOf(new Map([['cr13', 0n]]))).to.equal(undefined);
    expect(mmu.isTranslating?.(new Map([['cr13', 0n]]))).to.equal(false);
    expect(mmu.rootOf(new Map([['cr13', 0x129_0027n]]))).to.equal(undefined);
    expect(mmu.rootOf(new Map([['cr13', 1n << 60n]]))).to.equal(undefined);
    expect(mmu.rootOf(new Map())).to.equal(undefined);
    expect(mmu.isTranslating?.(new Map())).to.equal(undefined);
  });

  it('come from the notes LINUX/304 and LINUX/305 too, and from no others', () => {
    const read = (type: number, descriptor: Uint8Array, name: string = 'LINUX') =>
      s390x.registers?.read({ name, type, descriptor, fileOffset: 0 }, 'big');
    const control = new Uint8Array(128);
    control[13 * 8 + 7] = 0x27;
    const seen = read(0x304, control);
    expect(seen?.registers.get('cr13')).to.equal(0x27n);
    expect(seen?.registers.size).to.equal(16);
    expect(seen?.pid).to.equal(undefined);
    const prefix = read(0x305, Uint8Array.of(0, 0x63, 0xa0, 0));
    expect(prefix?.registers.get('prefix')).to.equal(0x63_a000n);
    expect(read(0x304, new Uint8Array(64))).to.equal(undefined);
    expect(read(0x309, control)).to.equal(undefined);
    expect(read(0x304, control, 'CORE')).to.equal(undefined);
  });

  it('come with the number of the CPU that QEMU writes in the other byte order', () => {
    const pidOf = (bytes: readonly number[]) => {
      const descriptor = new Uint8Array(336);
      descriptor.set(bytes, 32);
      return s390x.registers?.read({ name: 'CORE', type: 1, descriptor, fileOffset: 0 }, 'big')
        ?.pid;
    };
    expect(pidOf([1, 0, 0, 0])).to.equal(1);
    expect(pidOf([200, 0, 0, 0])).to.equal(200);
    expect(pidOf([0, 0, 2, 1])).to.equal(513);
    expect(pidOf([0, 0x40, 0, 0])).to.equal(0x40_0000);
    expect(pidOf([0, 0, 0, 0])).to.equal(0);
  });
});
