import { x8664 } from '@vmcorekit/architectures';
import { type Mmu, VmcorekitError } from '@vmcorekit/core';
import { describeMmu, type KnownMapping, PageTableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { Rehearsal } from './rehearsal.ts';

const at = 0xffff_ffff_8000_0000n;
const right: KnownMapping = {
  virtualAddress: at + 0x123n,
  physicalAddress: 0x5123,
  rights: 'w--',
  mappingSizeInBytes: 0x1000,
};

async function failuresOf(changed: Partial<Mmu>, known: KnownMapping = right): Promise<string> {
  const { mmu } = x8664;
  if (mmu === undefined) {
    throw new Error('x86_64 has an mmu');
  }
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x10_0000 }] });
  const tables = new PageTableBuilder(memory, { levels: 4, root: 0x1000, tablesFrom: 0x2000 });
  tables.map({
    ...{ virtualAddress: at, physicalAddress: 0x5000, lengthInBytes: 0x1000, isWritable: true },
  });
  const [root] = mmu.rootsAt(0x1000);
  const runner = new Rehearsal();
  if (root !== undefined) {
    const cases = [{ title: 'a page', memory, root, maps: [known], unmapped: [at + 0x1000n] }];
    const rootsAt: Mmu['rootsAt'] = (table) => mmu.rootsAt(table).slice(0, 1);
    describeMmu({ ...x8664, mmu: { ...mmu, rootsAt, ...changed } }, { cases, runner });
  }
  return (await runner.failures()).join('\n');
}

const mmu = x8664.mmu as Mmu;
const faults: readonly (readonly [string, Partial<Mmu>, RegExp])[] = [
  [
    'two roots of one key',
    { rootsAt: (table) => mmu.rootsAt(table).map((root) => ({ ...root, key: 'root' })) },
    /two roots have one key/,
  ],
  [
    'an error that is none of the two',
    {
      translate: (memory, root, address) => {
        if (address === 0n) {
          throw new VmcorekitError('contract', { what: 'a fault' });
        }
        return mmu.translate(memory, root, address);
      },
    },
    /throws "contract"/,
  ],
  [
    'runs with other rights',
    {
      *mappedRuns(...args) {
        for (const run of mmu.mappedRuns(...args)) {
          yield { ...run, isWritable: !run.isWritable };
        }
      },
    },
    /is at 0 translated to/,
  ],
  [
    'runs beyond the range',
    { mappedRuns: (memory, root) => mmu.mappedRuns(memory, root, 0n, 2n ** 64n, 1) },
    /out of order or of the range/,
  ],
  ['a gap where a page is mapped', { gapAt: () => undefined }, /gapAt says undefined/],
  [
    'pages of tables twice',
    {
      *tablePages(...args) {
        yield* mmu.tablePages?.(...args) ?? [];
        yield* mmu.tablePages?.(...args) ?? [];
      },
    },
    /listed twice/,
  ],
];

describe('describeMmu', () => {
  it('passes an mmu that keeps the contract', async () => {
    expect(await failuresOf({})).to.equal('');
  });

  it('fails one that translates a known address otherwise', async () => {
    for (const wrong of [
      { physicalAddress: 0x6123 },
      { rights: 'wx-' },
      { mappingSizeInBytes: 0x2000 },
    ]) {
      expect(await failuresOf({}, { ...right, ...wrong })).to.match(/wanted/);
    }
  });

  for (const [fault, changed, message] of faults) {
    it(`fails one with ${fault}`, async () => {
      expect(await failuresOf(changed)).to.match(message);
    });
  }

  it('refuses an architecture without an mmu', () => {
    const { mmu: _mmu, ...bare } = x8664;
    expect(() => describeMmu(bare, { cases: [] })).to.throw(/x86_64 has no mmu/);
  });
});
