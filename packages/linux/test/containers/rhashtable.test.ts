import { rhashtableNodes } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { Heap, typesOf } from './heap.ts';

const table = { size: 64, members: { tbl: [0, 'pointer'], rhlist: 56 } } as const;
const bucket_table = {
  size: 64,
  members: {
    size: [0, { bytes: 4 }],
    nest: [4, { bytes: 4 }],
    future_tbl: [48, 'pointer'],
    buckets: [64, { pointers: 0 }],
  },
} as const;
const rhlist_head = { size: 16, members: { next: [8, 'pointer'] } } as const;
/** Linux 5.2 and later. */
const types = typesOf({
  rhashtable: table,
  bucket_table,
  rhlist_head,
  rhash_lock_head: { size: 0, members: {} },
});
const olderTypes = typesOf({ rhashtable: table, bucket_table, rhlist_head });

/** Writes a chain and returns its first pointer; the last node points to the bucket. */
function chain(heap: Heap, bucket: bigint, nodes: readonly bigint[]): bigint {
  for (const [index, node] of nodes.entries()) {
    heap.put(node, nodes[index + 1] ?? bucket | 1n);
  }
  return nodes[0] ?? bucket | 1n;
}

interface Built {
  readonly heap: Heap;
  readonly at: bigint;
  readonly buckets: bigint;
  readonly chains: bigint[][];
}

/** A table with chains of these lengths, one for each bucket. */
function build(lengths: readonly number[], { isLocked = true, isOlder = false } = {}): Built {
  const heap = new Heap({ types: isOlder ? olderTypes : types });
  const at = heap.take(64);
  const { buckets, chains } = addTable(heap, lengths, { isLocked, isOlder });
  heap.put(at, buckets - 64n);
  return { heap, at, buckets, chains };
}

function addTable(
  heap: Heap,
  lengths: readonly number[],
  { isLocked = false, isOlder = false } = {},
): Pick<Built, 'buckets' | 'chains'> {
  const buckets = heap.take(64 + 8 * lengths.length) + 64n;
  heap.put(buckets - 64n, BigInt(lengths.length));
  const chains = lengths.map((length) => Array.from({ length }, () => heap.take(32)));
  for (const [index, nodes] of chains.entries()) {
    const bucket = buckets + BigInt(8 * index);
    const first = chain(heap, bucket, nodes);
    const isEmpty = nodes.length === 0 && !isOlder;
    heap.put(bucket, (isEmpty ? 0n : first) | (isLocked && !isOlder ? 1n : 0n));
  }
  return { buckets, chains };
}

function walk({ heap, at }: Pick<Built, 'heap' | 'at'>, limit?: number): bigint[] {
  return [...rhashtableNodes(heap.kernel, at, heap.notes, limit === undefined ? {} : { limit })];
}

describe('the nodes of a resizable hash table', () => {
  it('come bucket by bucket, whether it is locked or not, and as before Linux 5.2', () => {
    const bits = fc.nat({ max: 5 });
    fc.assert(
      fc.property(
        bits,
        fc.infiniteStream(fc.nat({ max: 3 })),
        fc.boolean(),
        fc.boolean(),
        (size, stream, isLocked, isOlder) => {
          const lengths = Array.from({ length: 2 ** size }, () => stream.next().value ?? 0);
          const built = build(lengths, { isLocked, isOlder });
          expect(walk(built)).to.deep.equal(built.chains.flat());
          expect(built.heap.notes.all).to.deep.equal([]);
        },
      ),
    );
  });

  it('come of both tables once while it grows', () => {
    const built = build([2, 1]);
    const { heap, buckets, chains } = built;
    const grown = addTable(heap, [0, 2, 0, 1]);
    heap.put(buckets - 64n + 48n, grown.buckets - 64n);
    // The last node of a chain is already the first of its new one, and leads on from there.
    const moved = chains[0]?.[1] ?? 0n;
    heap.put(moved, grown.chains[1]?.[0] ?? 0n);
    heap.put(grown.buckets + 8n, moved);
    const walked = walk(built);
    expect(new Set(walked)).to.deep.equal(new Set([...chains.flat(), ...grown.chains.flat()]));
    expect(walked).to.have.length(6);
    expect(heap.notes.all).to.deep.equal([]);
  });

  it('come with those of the same key in a list table', () => {
    const built = build([1, 0]);
    const [first = 0n] = built.chains[0] ?? [];
    const [second, third] = [built.heap.take(16), built.heap.take(16)];
    built.heap.bytes(built.at + 56n, Uint8Array.of(1));
    built.heap.put(first + 8n, second);
    built.heap.put(second + 8n, third);
    expect(walk(built)).to.deep.equal([first, second, third]);
    built.heap.put(third + 8n, second);
    expect(walk(built)).to.deep.equal([first, second, third]);
    expect(built.heap.notes.remarks()[0]).to.include('came before');
  });

  it('come from buckets nested in pages', () => {
    const heap = new Heap({ types });
    const at = heap.take(64);
    const buckets = heap.take(72) + 64n;
    heap.put(at, buckets - 64n);
    // 4096 buckets: ilog2 is 12, so 3 bits are nested at the top, and each page has 512.
    heap.bytes(buckets - 64n, Uint8Array.of(0, 0x10, 0, 0, 3));
    const [top, page] = [heap.take(4096, 4096), heap.take(4096, 4096)];
    const nodes = [heap.take(16), heap.take(16)];
    heap.put(buckets, top);
    heap.put(top + 5n * 8n, page);
    heap.put(page + 7n * 8n, chain(heap, page + 7n * 8n, nodes));
    expect(walk({ heap, at })).to.deep.equal(nodes);
    expect(heap.notes.all).to.deep.equal([]);
  });

  it('end where a chain is torn, leads into another bucket or comes back', () => {
    const damages: readonly [string, number, (built: Built) => bigint][] = [
      ['no address of the kernel', 3, () => 0x20n],
      ['cannot be read', 3, () => 0xffff900000000000n],
      ['in another one', 3, ({ buckets }) => buckets + 9n],
      ['came before', 3, ({ chains }) => chains[0]?.[0] ?? 0n],
    ];
    for (const [because, count, to] of damages) {
      const built = build([2, 1]);
      built.heap.put(built.chains[0]?.[1] ?? 0n, to(built));
      expect(walk(built)).to.have.length(count);
      expect(built.heap.notes.all).to.have.length(1);
      expect(built.heap.notes.remarks()[0]).to.include(because);
    }
  });

  it('are cut by a limit, and a table of an impossible size has none', () => {
    const built = build([2, 2]);
    expect(walk(built, 3)).to.have.length(3);
    expect(built.heap.notes.remarks()).to.have.length(1);
    expect(built.heap.notes.remarks()[0]).to.include('ends after 3');
    built.heap.put(built.buckets - 64n, 3n);
    expect(walk(built)).to.deep.equal([]);
    expect(built.heap.notes.remarks()[1]).to.include('which no table has');
    built.heap.put(built.buckets - 64n, 0x8000_0000n);
    expect(walk(built, 4)).to.have.length(0);
    expect(built.heap.notes.remarks()[2]).to.include('far more buckets');
    built.heap.put(built.at, 0x33n);
    expect(walk(built)).to.deep.equal([]);
    const untyped = new Heap();
    expect([...rhashtableNodes(untyped.kernel, untyped.take(64), untyped.notes)]).to.have.length(0);
    expect(untyped.notes.remarks()[0]).to.include('have no usable');
  });

  it('never come twice or hang, whatever memory holds', () => {
    const change = fc.tuple(fc.nat(), fc.nat({ max: 30 }), fc.nat({ max: 3 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const built = build([2, 1, 0, 3]);
        const places = [
          built.at,
          ...built.chains.flat(),
          ...[0n, 8n, 16n, 24n].map((at) => built.buckets + at),
          built.buckets - 64n,
          built.buckets - 16n,
        ];
        for (const [where, to, bits] of changes) {
          built.heap.put(
            places[where % places.length] ?? 0n,
            (places[to] ?? BigInt(to)) | BigInt(bits),
          );
        }
        const walked = walk(built, 100);
        expect(new Set(walked).size).to.equal(walked.length);
      }),
    );
  });
});
