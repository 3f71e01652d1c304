import type { KernelCache, StackTrace } from '@vmcorekit/core';
import { locatedKernel, MapKernelCache, type SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  code,
  kernelRegisters,
  onStack,
  orcKernel,
  type Rule,
  task,
  unwinderNamed,
} from '../orc-kernel.ts';

const buildId = 'ef'.repeat(20);
const mib = 0x100000;
/** The parts of the table in the memory of `orcKernel`. */
const addressesAt = mib;
const entriesAt = 2 * mib;
const pageSizeInBytes = 4096;
const functionSizeInBytes = 16;

/** Rules that fill 16 pages of addresses and 24 of entries: each function keeps `offset` bytes. */
function rules(offset: number): Rule[] {
  return Array.from({ length: 16_000 }, (_, index) => ({
    at: 0x100 + 4 * index,
    kind: index === 15_900 ? ('end' as const) : ('call' as const),
    sp: 'rsp',
    spOffset: offset,
  })).filter(({ at }) => at < 0xfc00);
}

function guest(offset: number = 8): ReturnType<typeof orcKernel> {
  const called = 0x8000;
  return orcKernel({
    functions: { caller: 0x4000, called },
    rules: rules(offset),
    stack: { 512: code(0x4000 + functionSizeInBytes), 504: 0n },
  });
}

function traceOf(
  { kernel }: ReturnType<typeof orcKernel>,
  cache?: KernelCache,
  id: string | null = buildId,
): StackTrace {
  const reader = unwinderNamed('orc').open(
    { ...kernel, located: locatedKernel({ buildId: id }) },
    cache,
  );
  return typeof reader === 'string'
    ? expect.fail(reader)
    : reader.trace({
        registers: kernelRegisters({ rip: code(0x8004), rsp: onStack(0x200), rbp: 0n }),
        isExact: true,
        task,
        cpu: null,
      });
}

/** Most pages of the table, but none that is compared: five of each part, evenly spread. */
function lose(memory: SparseMemory): number {
  let lost = 0;
  for (const [start, pages] of [
    [addressesAt, 16],
    [entriesAt, 24],
  ] as const) {
    const compared = new Set([0, 1, 2, 3, 4].map((sample) => Math.floor((sample * pages) / 4)));
    for (let page = 0; page < pages; page++) {
      if (![...compared].some((each) => Math.abs(each - page) <= 1)) {
        memory.exclude(start + page * pageSizeInBytes);
        lost++;
      }
    }
  }
  return lost;
}

describe('unwind rules in a cache', () => {
  const names = ({ frames }: StackTrace) => frames.map(({ symbol }) => symbol);

  it('unwind another dump of the build, most of whose own rules are lost', () => {
    const cache = new MapKernelCache();
    const first = traceOf(guest(), cache);
    expect([...cache.kept.keys()]).to.deep.equal([`${buildId} unwind-rules`]);
    expect(names(first)).to.deep.equal(['called', 'caller', null]);
    const second = guest();
    expect(lose(second.memory)).to.be.above(12);
    expect(traceOf(second, cache)).to.deep.equal(first);
    expect(second.memory.pagesRead).to.be.below(24);
  });

  it('are the same with and without a cache', () => {
    const cache = new MapKernelCache();
    const without = traceOf(guest());
    expect([traceOf(guest(), cache), traceOf(guest(), cache)]).to.deep.equal([without, without]);
  });

  it('are refused by name where they are another kernel’s, and then replaced', () => {
    const cache = new MapKernelCache();
    traceOf(guest(24), cache);
    const { remarks, frames } = traceOf(guest(), cache);
    expect(remarks).to.have.length(1);
    expect(remarks[0]).to.match(
      /^the cached unwind rules of build ID efef\w+ are not used: the dump differs from them at 0x/,
    );
    expect(frames).to.deep.equal(traceOf(guest()).frames);
    expect(traceOf(guest(), cache).remarks).to.deep.equal([]);
  });

  it('are not kept without a build ID, nor where a page of them is lost', () => {
    const cache = new MapKernelCache();
    traceOf(guest(), cache, null);
    const lossy = guest();
    lossy.memory.exclude(entriesAt + 20 * pageSizeInBytes);
    expect(names(traceOf(lossy, cache))).to.deep.equal(['called', 'caller', null]);
    expect(cache.kept.size).to.equal(0);
  });
});
