import type { Architecture, PageDecision, PageFilter } from '@vmcorekit/core';
import { describePageFilter, memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { Rehearsal } from './rehearsal.ts';

const architecture: Architecture = {
  name: 'x86_64',
  machines: { elf: [], utsname: [] },
  wordSizeInBits: 64,
  pageSizesInBytes: [4096],
};

/** Leaves out pages that begin with a 1. */
const good: PageFilter = {
  name: 'ones',
  summary: 'leaves out ones',
  begin: () => (page) => (page.bytes()[0] === 1 ? 'exclude' : 'keep'),
};

async function failuresOf(
  filter: PageFilter,
  decides: Readonly<Record<number, PageDecision>> = { 0: 'keep', 1: 'exclude' },
): Promise<string> {
  const runner = new Rehearsal();
  const open = () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x4000 }] });
    memory.writeUint64(0x0, 2n);
    memory.writeUint64(0x1000, 1n);
    return memoryDump({ memory, architecture });
  };
  describePageFilter(filter, { cases: [{ title: 'c', open, decides }], runner });
  return (await runner.failures()).join('\n');
}

let begun = 0;
const faults: readonly (readonly [string, Partial<PageFilter>, RegExp])[] = [
  ['a name that is no kebab-case', { name: 'the ones' }, /is not kebab-case/],
  ['a decision that is none', { begin: () => () => 'drop' as never }, /answered "drop" for page 0/],
  ['zero for a page that is not', { begin: () => () => 'zero' }, /page 0 is called zero/],
  [
    'a memory of the last dump',
    { begin: () => () => (begun++ % 5 === 0 ? 'exclude' : 'keep') },
    /another way then/,
  ],
  [
    'an error of its own where a page cannot be read',
    {
      begin: () => (page) => {
        try {
          return page.bytes()[0] === 1 ? 'exclude' : 'keep';
        } catch {
          throw new TypeError('not a page');
        }
      },
    },
    /page 0: threw no VmcorekitError, but TypeError: not a page/,
  ],
];

describe('describePageFilter', () => {
  it('passes a page filter that keeps the contract', async () => {
    expect(await failuresOf(good)).to.equal('');
  });

  it('fails one that decides something else, or of a page there is not', async () => {
    expect(await failuresOf(good, { 0: 'exclude' })).to.equal('page 0: wanted exclude, got keep');
    expect(await failuresOf(good, { 4: 'keep' })).to.equal('page 4: wanted keep, got no such page');
  });

  for (const [fault, changes, message] of faults) {
    it(`fails one with ${fault}`, async () => {
      expect(await failuresOf({ ...good, ...changes })).to.match(message);
    });
  }
});
