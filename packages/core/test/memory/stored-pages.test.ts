import {
  type PhysicalMemory,
  type Progress,
  type StoredPage,
  storedPages,
  VmcorekitError,
} from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const size = 4096;

function memoryOf(pfns: readonly number[], pageCount: number): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: pageCount * size }] });
  for (const pfn of pfns) {
    memory.write(pfn * size, new Uint8Array(size).fill(pfn % 255 || 1));
  }
  return memory;
}

/** Says of its pages that they are stored, and cannot read some of them. */
class Damaged extends SparseMemory {
  readonly lost: Set<number> = new Set();
  failure: Error | undefined;

  override readInto(address: number, target: Uint8Array): void {
    const pfn = Math.floor(address / size);
    if (this.failure !== undefined) {
      throw this.failure;
    }
    if (this.lost.has(pfn)) {
      throw new VmcorekitError('page-unreadable', {
        physicalAddress: address,
        pfn,
        state: 'corrupt',
        because: 'lost',
      });
    }
    super.readInto(address, target);
  }
}

function damaged(): Damaged {
  const memory = new Damaged({ ranges: [{ start: 0, end: 4 * size }] });
  memory.write(0, new Uint8Array(4 * size).fill(1));
  memory.lost.add(1).add(3);
  return memory;
}

function pagesIn(
  memory: PhysicalMemory,
  options?: Parameters<typeof storedPages>[1],
): StoredPage[] {
  return [...storedPages(memory, options)].filter(
    (step): step is StoredPage => step.kind === 'page',
  );
}

describe('storedPages', () => {
  it('gives every stored page once, ascending, with its own bytes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(400)), (pfns) => {
        const memory = memoryOf(pfns, 401);
        const seen: [number, number, boolean][] = [];
        for (const step of storedPages(memory)) {
          if (step.kind === 'page') {
            seen.push([
              step.pfn,
              step.address,
              step.bytes.every((byte) => byte === (step.pfn % 255 || 1)),
            ]);
          }
        }
        const expected = pfns.toSorted((a, b) => a - b).map((pfn) => [pfn, pfn * size, true]);
        expect(seen).to.deep.equal(expected);
      }),
    );
  });

  it('keeps to the bounds, and cuts a page that lies across one', () => {
    const memory = memoryOf([0, 1, 2, 3], 4);
    const pages = pagesIn(memory, { from: size + 16, to: 2 * size + 32 });
    const seen = pages.map(({ pfn, address, bytes }) => [pfn, address, bytes.length]);
    expect(seen).to.deep.equal([
      [1, size + 16, size - 16],
      [2, 2 * size, 32],
    ]);
  });

  it('keeps a page’s bytes while other memory is read', () => {
    const memory = memoryOf([1, 2], 3);
    const work = storedPages(memory);
    const { value } = work.next() as { value: StoredPage };
    memory.read(2 * size, size);
    expect(value.bytes[0]).to.equal(1);
  });

  it('passes over pages that cannot be read', () => {
    expect(pagesIn(damaged()).map(({ pfn }) => pfn)).to.deep.equal([0, 2]);
  });

  it('reports each page that cannot be read, with the error', () => {
    const told: [number, string][] = [];
    pagesIn(damaged(), { onUnreadable: (pfn, error) => told.push([pfn, error.facts.because]) });
    expect(told).to.deep.equal([
      [1, 'lost'],
      [3, 'lost'],
    ]);
  });

  it('throws every other error', () => {
    const memory = damaged();
    memory.failure = new VmcorekitError('io', { file: 'vmcore', because: 'EIO' });
    expect(() => pagesIn(memory)).to.throw(VmcorekitError, 'EIO');
  });

  it('yields progress in the caller’s words, growing to the end at most', () => {
    const memory = memoryOf(
      Array.from({ length: 256 }, (_, pfn) => pfn),
      256,
    );
    const steps = [...storedPages(memory, { doing: 'counting' })].filter(
      (step): step is Progress => step.kind === 'progress',
    );
    expect(steps.map(({ doing }) => doing)).to.deep.equal(
      Array.from({ length: 4 }, () => 'counting'),
    );
    expect(steps.map(({ fraction }) => fraction)).to.deep.equal([0.25, 0.5, 0.75, 1]);
  });
});
