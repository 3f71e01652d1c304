import { listNodes } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { Heap } from './heap.ts';

/** A list of so many nodes; the first address is the head's. */
function build(heap: Heap, count: number): bigint[] {
  const nodes = Array.from({ length: count + 1 }, () => heap.take(64));
  for (const [index, node] of nodes.entries()) {
    const next = nodes[(index + 1) % nodes.length] ?? 0n;
    const prev = nodes.at(index - 1) ?? 0n;
    heap.put(node, next, prev);
  }
  return nodes;
}

function walk(heap: Heap, head: bigint, limit?: number): bigint[] {
  return [...listNodes(heap.kernel, head, heap.notes, limit === undefined ? {} : { limit })];
}

describe('the nodes of a list', () => {
  it('come in order, without the head', () => {
    for (const fields of [
      {},
      { byteOrder: 'big' },
      { wordSizeInBits: 32, at: 0xc0000000n },
    ] as const) {
      const heap = new Heap(fields);
      const [head = 0n, ...nodes] = build(heap, 5);
      expect(walk(heap, head)).to.deep.equal(nodes);
      expect(heap.notes.all).to.deep.equal([]);
    }
  });

  it('are none in an empty list', () => {
    const heap = new Heap();
    const [head = 0n] = build(heap, 0);
    expect(walk(heap, head)).to.deep.equal([]);
    expect(heap.notes.all).to.deep.equal([]);
  });

  it('come from both ends where a pointer is torn, and the notes say between which', () => {
    const heap = new Heap();
    const [head = 0n, one = 0n, two = 0n, three = 0n, four = 0n, five = 0n] = build(heap, 5);
    heap.put(two, 0x10n);
    heap.put(three, 0n, 0n);
    expect(walk(heap, head)).to.deep.equal([one, two, five, four]);
    expect(heap.notes.all.map(({ at }) => at)).to.deep.equal([two, four]);
    const [first, second] = heap.notes.remarks();
    expect(first).to.include('the next node 0x10 is no address of the kernel');
    expect(second).to.include(
      `which nodes lie between this one and 0x${two.toString(16)} is unknown`,
    );
  });

  it('are whole where one pointer at the tear still joins both ends', () => {
    for (const member of [0n, 8n]) {
      const heap = new Heap();
      const [head = 0n, one = 0n, two = 0n, three = 0n] = build(heap, 3);
      heap.put(two + member, 0x10n);
      expect(walk(heap, head)).to.have.members([one, two, three]);
      expect(heap.notes.remarks()[1]).to.include('no nodes lie between this one and');
    }
  });

  it('end before a node that does not point back, as one of another list', () => {
    const heap = new Heap();
    const [head = 0n, one = 0n, two = 0n, three = 0n] = build(heap, 3);
    const [other = 0n, stranger = 0n] = build(heap, 1);
    heap.put(one, stranger);
    expect(walk(heap, head)).to.deep.equal([one, three, two]);
    expect(heap.notes.remarks()[0]).to.include(`points back to 0x${other.toString(16)}`);
  });

  it('are all there where only the head is torn, in either direction', () => {
    const heap = new Heap();
    const [head = 0n, one = 0n, two = 0n, three = 0n] = build(heap, 3);
    heap.put(head, 0xdead000000000100n);
    expect(walk(heap, head)).to.deep.equal([three, two, one]);
    expect(heap.notes.remarks()[0]).to.include('the mark of a removed node');
    heap.put(head, one, 0xdead000000000122n);
    expect(walk(heap, head)).to.deep.equal([one, two, three]);
  });

  it('end where a page is not in the dump, or a pointer is not aligned or wraps', () => {
    const heap = new Heap();
    const nodes = build(heap, 2);
    const [head = 0n, one = 0n] = nodes;
    for (const bad of [one + 1n, 0xfffffffffffffff8n, 0xffff900000000000n, 0n]) {
      heap.put(one, bad);
      expect(walk(heap, head)).to.deep.equal(nodes.slice(1));
    }
    heap.exclude(head);
    expect(walk(heap, head)).to.deep.equal([]);
    expect(heap.notes.remarks().at(-1)).to.include('is excluded');
  });

  it('are cut by a limit, which the notes say, and by nothing where they fit', () => {
    const heap = new Heap();
    const [head = 0n, ...nodes] = build(heap, 4);
    expect(walk(heap, head, 4)).to.deep.equal(nodes);
    expect(heap.notes.all).to.deep.equal([]);
    expect(walk(heap, head, 3)).to.deep.equal(nodes.slice(0, 3));
    expect(heap.notes.remarks()[0]).to.include('ends after 3 nodes');
  });

  it('never come twice and never from elsewhere, whatever memory holds', () => {
    const words = fc.oneof(fc.nat({ max: 12 }), fc.constantFrom(-1, 0x7fff_ffff));
    const change = fc.tuple(fc.nat({ max: 11 }), fc.boolean(), words);
    fc.assert(
      fc.property(fc.nat({ max: 11 }), fc.array(change, { maxLength: 6 }), (count, changes) => {
        const heap = new Heap();
        const nodes = build(heap, count);
        const [head = 0n] = nodes;
        for (const [index, isNext, word] of changes) {
          const node = nodes[index % nodes.length] ?? 0n;
          heap.put(node + (isNext ? 0n : 8n), nodes[word] ?? BigInt(word) << 3n);
        }
        const isWhole = nodes.every(
          (node, index) =>
            heap.word(node) === (nodes[index + 1] ?? head) &&
            heap.word(node + 8n) === nodes.at(index - 1),
        );
        const walked = walk(heap, head);
        expect(new Set(walked).size).to.equal(walked.length);
        expect(walked.every((node) => nodes.includes(node) && node !== head)).to.equal(true);
        if (isWhole) {
          expect(walked).to.deep.equal(nodes.slice(1));
        }
        const lost = walked.length < count;
        expect(heap.notes.all.length > 0 || !lost || isClosed(heap, head, walked)).to.equal(true);
      }),
    );
  });
});

/** A shorter list that is whole: nothing in memory says that nodes are missing. */
function isClosed(heap: Heap, head: bigint, walked: readonly bigint[]): boolean {
  const ring = [head, ...walked];
  return ring.every((node, index) => {
    const next = ring[(index + 1) % ring.length] ?? 0n;
    return heap.word(node) === next && heap.word(next + 8n) === node;
  });
}
