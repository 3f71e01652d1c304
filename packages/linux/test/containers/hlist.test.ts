import { hlistNodes, hlistNullsNodes, llistNodes } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { Heap } from './heap.ts';

/** A head (first) and so many nodes; the last points to `end`. */
function build(heap: Heap, count: number, end: bigint = 0n): bigint[] {
  const nodes = Array.from({ length: count + 1 }, () => heap.take(64));
  for (const [index, node] of nodes.entries()) {
    heap.put(node, nodes[index + 1] ?? end, index === 0 ? 0n : (nodes[index - 1] ?? 0n));
  }
  return nodes;
}

describe('the nodes of a hash list', () => {
  it('come in order, and a bucket may be empty', () => {
    for (const fields of [{}, { wordSizeInBits: 32, at: 0xc0000000n }] as const) {
      const heap = new Heap(fields);
      const [head = 0n, ...nodes] = build(heap, 3);
      const [empty = 0n] = build(heap, 0);
      expect([...hlistNodes(heap.kernel, head, heap.notes)]).to.deep.equal(nodes);
      expect([...hlistNodes(heap.kernel, empty, heap.notes)]).to.deep.equal([]);
      expect(heap.notes.all).to.deep.equal([]);
    }
  });

  it('end where a node does not point back, which the notes say', () => {
    const heap = new Heap();
    const [head = 0n, one = 0n, two = 0n] = build(heap, 3);
    heap.put(two + 8n, head);
    expect([...hlistNodes(heap.kernel, head, heap.notes)]).to.deep.equal([one]);
    expect(heap.notes.remarks()[0]).to.include('the rest of the list is unknown');
  });

  it('do not come again where the last one leads to the head', () => {
    const heap = new Heap();
    const [head = 0n, one = 0n, two = 0n] = build(heap, 2);
    heap.put(two, head);
    heap.put(head + 8n, two);
    expect([...hlistNodes(heap.kernel, head, heap.notes, { limit: 9 })]).to.deep.equal([one, two]);
    expect(heap.notes.remarks()[0]).to.include('is the head');
  });

  it('never come twice in a chain of cycles, and a limit cuts them', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 8 }),
        fc.array(fc.tuple(fc.nat({ max: 8 }), fc.boolean(), fc.nat({ max: 10 })), { maxLength: 5 }),
        (count, changes) => {
          const heap = new Heap();
          const nodes = build(heap, count);
          for (const [index, isNext, to] of changes) {
            const node = nodes[index % nodes.length] ?? 0n;
            heap.put(node + (isNext ? 0n : 8n), nodes[to] ?? 1n);
          }
          const [head = 0n] = nodes;
          const walked = [...hlistNodes(heap.kernel, head, heap.notes)];
          expect(new Set(walked).size).to.equal(walked.length);
          const last = walked.at(-1) ?? head;
          expect(heap.notes.all.length).to.equal(heap.word(last) === 0n ? 0 : 1);
        },
      ),
    );
    const heap = new Heap();
    const [head = 0n, one = 0n] = build(heap, 3);
    expect([...hlistNodes(heap.kernel, head, heap.notes, { limit: 1 })]).to.deep.equal([one]);
    expect(heap.notes.remarks()[0]).to.include('ends after 1 nodes');
  });
});

describe('the nodes of a nulls list', () => {
  it('end at a number, which may be asked for', () => {
    const heap = new Heap();
    const [head = 0n, ...nodes] = build(heap, 2, (7n << 1n) | 1n);
    expect([...hlistNullsNodes(heap.kernel, head, heap.notes)]).to.deep.equal(nodes);
    expect([...hlistNullsNodes(heap.kernel, head, heap.notes, { nulls: 7n })]).to.have.length(2);
    expect(heap.notes.all).to.deep.equal([]);
    expect([...hlistNullsNodes(heap.kernel, head, heap.notes, { nulls: 8n })]).to.have.length(2);
    expect(heap.notes.remarks()[0]).to.include('the number 7, wanted 8');
  });

  it('are none where the head holds a number, and null is damage', () => {
    const heap = new Heap();
    const [empty = 0n] = build(heap, 0, 1n);
    expect([...hlistNullsNodes(heap.kernel, empty, heap.notes)]).to.deep.equal([]);
    expect(heap.notes.all).to.deep.equal([]);
    const [head = 0n] = build(heap, 1, 0n);
    expect([...hlistNullsNodes(heap.kernel, head, heap.notes)]).to.have.length(1);
    expect(heap.notes.remarks()[0]).to.include('null pointer');
  });
});

describe('the nodes of a lock-less list', () => {
  it('come in order', () => {
    const heap = new Heap();
    const [head = 0n, ...nodes] = build(heap, 3);
    expect([...llistNodes(heap.kernel, head, heap.notes)]).to.deep.equal(nodes);
    expect(heap.notes.all).to.deep.equal([]);
  });

  it('come once where they lead in a circle, and end where memory does', () => {
    const heap = new Heap();
    const [head = 0n, one = 0n, two = 0n, three = 0n] = build(heap, 3);
    heap.put(three, two);
    expect([...llistNodes(heap.kernel, head, heap.notes)]).to.deep.equal([one, two, three]);
    heap.put(three, 0x10n);
    expect([...llistNodes(heap.kernel, head, heap.notes)]).to.deep.equal([one, two, three]);
    expect([...llistNodes(heap.kernel, head, heap.notes, { limit: 2 })]).to.deep.equal([one, two]);
    const [circle, torn, cut] = heap.notes.remarks();
    expect(circle).to.include('came before');
    expect(torn).to.include('no address of the kernel');
    expect(cut).to.include('ends after 2 nodes');
  });
});
