import { rbNodes } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { Heap } from './heap.ts';

interface Built {
  readonly root: bigint;
  /** In the tree's order. */
  readonly nodes: readonly bigint[];
}

/** A tree whose shape follows the picks: each chooses the top node of a stretch of nodes. */
function build(heap: Heap, count: number, picks: readonly number[] = []): Built {
  const root = heap.take(16);
  const nodes = Array.from({ length: count }, () => heap.take(64));
  let picked = 0;
  const place = (from: number, to: number, parent: bigint): bigint => {
    if (from >= to) {
      return 0n;
    }
    const top = from + ((picks[picked++ % (picks.length || 1)] ?? (to - from) >> 1) % (to - from));
    const node = nodes[top] ?? 0n;
    const left = place(from, top, node);
    const right = place(top + 1, to, node);
    // The colour is in the low bit.
    heap.put(node, parent | BigInt(top % 2), right, left);
    return node;
  };
  heap.put(root, place(0, count, 0n));
  return { root, nodes };
}

function walk(heap: Heap, root: bigint, limit?: number): bigint[] {
  return [...rbNodes(heap.kernel, root, heap.notes, limit === undefined ? {} : { limit })];
}

describe('the nodes of a red-black tree', () => {
  it('come in order in trees of every shape', () => {
    const shape = fc.tuple(fc.nat({ max: 40 }), fc.array(fc.nat({ max: 40 }), { maxLength: 40 }));
    fc.assert(
      fc.property(shape, ([count, picks]) => {
        const heap = new Heap();
        const { root, nodes } = build(heap, count, picks);
        expect(walk(heap, root)).to.deep.equal(nodes);
        expect(heap.notes.all).to.deep.equal([]);
      }),
    );
    const heap = new Heap({ wordSizeInBits: 32, at: 0xc0000000n, byteOrder: 'big' });
    const { root, nodes } = build(heap, 9);
    expect(walk(heap, root)).to.deep.equal(nodes);
  });

  it('leave out what lies below a bad branch, and go on', () => {
    const heap = new Heap();
    const { root, nodes } = build(heap, 7);
    const [, one = 0n, , three = 0n] = nodes;
    heap.put(three + 16n, 0x10n);
    expect(walk(heap, root)).to.deep.equal(nodes.slice(3));
    expect(heap.notes.all[0]?.at).to.equal(three);
    expect(heap.notes.remarks()[0]).to.include('what lies below is unknown');
    heap.put(three + 16n, one);
    heap.put(one, root);
    expect(walk(heap, root)).to.deep.equal(nodes.slice(3));
    expect(heap.notes.remarks()[1]).to.include('has the parent');
  });

  it('are cut by a limit, and by a depth that no balanced tree has', () => {
    const heap = new Heap();
    const { root, nodes } = build(heap, 7);
    expect(walk(heap, root, 7)).to.deep.equal(nodes);
    expect(heap.notes.all).to.deep.equal([]);
    expect(walk(heap, root, 3).length).to.be.below(4);
    expect(heap.notes.remarks()[0]).to.include('ends after 3 nodes');
    const deep = build(heap, 200, [0]);
    expect(walk(heap, deep.root)).to.deep.equal(deep.nodes.slice(0, 128));
    expect(heap.notes.remarks()[1]).to.include('too deep');
  });

  it('never come twice, whatever memory holds', () => {
    const change = fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.nat({ max: 24 }));
    fc.assert(
      fc.property(
        fc.nat({ max: 20 }),
        fc.array(fc.nat({ max: 20 }), { maxLength: 20 }),
        fc.array(change, { minLength: 1, maxLength: 5 }),
        (count, picks, changes) => {
          const heap = new Heap();
          const { root, nodes } = build(heap, count, picks);
          for (const [index, member, to] of changes) {
            const node = nodes[index % nodes.length] ?? root;
            heap.put(node + BigInt(8 * member), nodes[to] ?? BigInt(to));
          }
          const walked = walk(heap, root);
          expect(new Set(walked).size).to.equal(walked.length);
          expect(walked.every((node) => nodes.includes(node) || node === root)).to.equal(true);
          expect(
            walked.length === count || reaches(heap, root, nodes) || heap.notes.all.length > 0,
          ).to.equal(true);
        },
      ),
    );
  });

  it('are none below a root that cannot be read', () => {
    const heap = new Heap();
    const { root } = build(heap, 3);
    heap.exclude(root);
    expect(walk(heap, root)).to.deep.equal([]);
    expect(heap.notes.remarks()[0]).to.include('the root');
  });
});

/** Nodes are missing because child pointers became null: nothing in memory shows that. */
function reaches(heap: Heap, root: bigint, nodes: readonly bigint[]): boolean {
  const linked = nodes.flatMap((node) => [heap.word(node + 8n), heap.word(node + 16n)]);
  return nodes.some((node) => node !== heap.word(root) && !linked.includes(node));
}
