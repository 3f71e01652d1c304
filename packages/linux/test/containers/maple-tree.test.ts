import { type MapleEntry, mapleEntries } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { Heap, typesOf } from './heap.ts';

/** As in Linux 6.1 to 7.3, on 64 bits. */
const pivotAt = 8;
const forms = {
  leaf: { type: 1, slotAt: 128, slots: 16 },
  range: { type: 2, slotAt: 128, slots: 16 },
  gaps: { type: 3, slotAt: 80, slots: 10 },
} as const;
const types = typesOf(
  {
    maple_tree: { size: 16, members: { ma_root: [8, 'pointer'] } },
    maple_range_64: {
      size: 256,
      members: {
        parent: [0, 'pointer'],
        pivot: [pivotAt, { pointers: 15 }],
        slot: [128, { pointers: 16 }],
      },
    },
    maple_arange_64: {
      size: 248,
      members: {
        parent: [0, 'pointer'],
        pivot: [pivotAt, { pointers: 9 }],
        slot: [80, { pointers: 10 }],
      },
    },
  },
  {
    maple_type: {
      maple_dense: 0n,
      maple_leaf_64: 1n,
      maple_range_64: 2n,
      maple_arange_64: 3n,
    },
  },
);
const top = (1n << 64n) - 1n;
const addressBits = 0xffn;

interface Group {
  readonly form: (typeof forms)[keyof typeof forms];
  readonly first: bigint;
  readonly last: bigint;
  readonly parts: readonly (Group | MapleEntry)[];
}

/** Splits parts into nodes, by sizes that the picks choose. */
function grouped(
  parts: readonly (Group | MapleEntry)[],
  form: Group['form'],
  pick: () => number,
): Group[] {
  const groups: Group[] = [];
  for (let from = 0; from < parts.length; ) {
    // Of inner nodes, each has two at least, so that levels become fewer.
    const size = Math.min(parts.length - from, 2 + (pick() % (form.slots - 1)));
    const own = parts.slice(from, from + size);
    groups.push({ form, first: own[0]?.first ?? 0n, last: own.at(-1)?.last ?? top, parts: own });
    from += size;
  }
  return groups;
}

interface Built {
  readonly heap: Heap;
  readonly tree: bigint;
  readonly nodes: bigint[];
}

/** A tree with an entry in every other stretch between the bounds. */
function build(
  bounds: readonly bigint[],
  picks: readonly number[] = [],
): Built & {
  readonly entries: MapleEntry[];
} {
  const heap = new Heap({ types });
  const tree = heap.take(16);
  let picked = 0;
  const pick = () => picks[picked++ % (picks.length || 1)] ?? 3;
  const starts = [0n, ...bounds];
  const stretches = starts.map(
    (first, index): MapleEntry => ({
      first,
      last: (starts[index + 1] ?? top + 1n) - 1n,
      entry: index % 2 === 0 ? 0n : 0xffffc90000000000n | (first << 3n),
    }),
  );
  let groups = grouped(stretches, forms.leaf, pick);
  while (groups.length > 1) {
    groups = grouped(groups, pick() % 2 === 0 ? forms.gaps : forms.range, pick);
  }
  const nodes: bigint[] = [];
  const place = ({ form, last, parts }: Group, parent: bigint): bigint => {
    const address = heap.take(256, 256);
    nodes.push(address);
    heap.put(address, parent);
    for (const [index, part] of parts.entries()) {
      // The kernel may or may not write the last pivot of a node that is not full.
      if (part.last !== last || index === 0 || (index < form.slots - 1 && pick() % 2 === 0)) {
        heap.put(address + BigInt(pivotAt + index * 8), part.last);
      }
      const word = 'entry' in part ? part.entry : place(part, address | BigInt(index << 3) | 6n);
      heap.put(address + BigInt(form.slotAt + index * 8), word);
    }
    return address | BigInt(form.type << 3) | 4n;
  };
  const [root] = groups;
  heap.put(tree + 8n, root === undefined ? 0n : place(root, tree | 1n) | 2n);
  return { heap, tree, nodes, entries: stretches.filter(({ entry }) => entry !== 0n) };
}

function walk({ heap, tree }: Built, limit?: number): MapleEntry[] {
  return [...mapleEntries(heap.kernel, tree, heap.notes, limit === undefined ? {} : { limit })];
}

const range = (count: number) =>
  Array.from({ length: count }, (_, index) => BigInt(index + 1) * 16n);

describe('the entries of a maple tree', () => {
  it('come in order with their ranges, in trees of every shape', () => {
    const bounds = fc
      .uniqueArray(fc.bigInt({ min: 1n, max: 1n << 56n }), { maxLength: 80 })
      .map((all) => all.toSorted((one, other) => (one < other ? -1 : 1)));
    const picks = fc.array(fc.nat({ max: 30 }), { maxLength: 10 });
    fc.assert(
      fc.property(bounds, picks, (all, chosen) => {
        const built = build(all, chosen);
        expect(walk(built)).to.deep.equal(built.entries);
        expect(built.heap.notes.all).to.deep.equal([]);
      }),
    );
  });

  it('may be none, or one without a node', () => {
    const heap = new Heap({ types });
    const tree = heap.take(16);
    const built = { heap, tree, nodes: [] };
    expect(walk(built)).to.deep.equal([]);
    heap.put(tree + 8n, 0x1000n);
    expect(walk(built)).to.deep.equal([{ first: 0n, last: 0n, entry: 0x1000n }]);
    expect(heap.notes.all).to.deep.equal([]);
  });

  it('leave out ranges that are reserved', () => {
    const built = build(range(3));
    built.heap.put((built.nodes[0] ?? 0n) + 128n + 8n, (257n << 2n) | 2n);
    expect(walk(built)).to.deep.equal(built.entries.slice(1));
    expect(built.heap.notes.all).to.deep.equal([]);
  });

  it('leave out the range of a bad node, and go on', () => {
    const whole = build(range(40));
    const lost = whole.nodes[2] ?? 0n;
    const without = build(range(40));
    const damages: readonly [string, (built: Built, node: bigint) => void][] = [
      ['has the parent', ({ heap }, node) => heap.put(node, 0x100n)],
      ['is marked as freed', ({ heap }, node) => heap.put(node, node)],
      ['has slot 30 of its parent', ({ heap }, node) => heap.put(node, heap.word(node) | 0xf0n)],
      ['pivot 0 is', ({ heap }, node) => heap.put(node + BigInt(pivotAt), top)],
      ['unknown type', ({ heap, nodes }) => replace(heap, nodes, lost, (word) => word | 0x78n)],
      ['no address of the kernel', ({ heap, nodes }) => replace(heap, nodes, lost, () => 0x10cn)],
      ['has no node', ({ heap, nodes }) => replace(heap, nodes, lost, () => 0n)],
    ];
    const left = walk(without).filter(({ first }) => first !== undefined);
    for (const [because, damage] of damages) {
      const built = build(range(40));
      damage(built, built.nodes[2] ?? 0n);
      const walked = walk(built);
      expect(walked.length).to.be.within(1, left.length - 1);
      expect(walked.every((one) => left.some(({ first }) => first === one.first))).to.equal(true);
      expect(walked.at(-1)).to.deep.equal(left.at(-1));
      const [remark] = built.heap.notes.remarks();
      expect(remark).to.include(because).and.to.include('hold is unknown');
      expect(built.heap.notes.all).to.have.length(1);
    }
  });

  it('are cut by a limit and by a height that no tree has, and unknown without types', () => {
    const built = build(range(40));
    expect(walk(built, 5).length).to.be.below(6);
    expect(built.heap.notes.remarks()).to.have.length(1);
    expect(built.heap.notes.remarks()[0]).to.include('ends after 5');
    const heap = new Heap({ types });
    const tree = heap.take(16);
    let parent = tree | 1n;
    let at = tree + 8n;
    for (let height = 0; height < 40; height++) {
      const node = heap.take(256, 256);
      heap.put(at, node | 0x10n | 4n | (height === 0 ? 2n : 0n));
      heap.put(node, parent, top);
      parent = node;
      at = node + 128n;
    }
    expect(walk({ heap, tree, nodes: [] })).to.deep.equal([]);
    expect(heap.notes.remarks()[0]).to.include('lies too deep');
    const untyped = new Heap();
    expect([...mapleEntries(untyped.kernel, untyped.take(16), untyped.notes)]).to.deep.equal([]);
    expect(untyped.notes.remarks()[0]).to.include('have no usable');
  });

  it('never overlap or hang, whatever memory holds', () => {
    const change = fc.tuple(fc.nat(), fc.nat({ max: 31 }), fc.nat({ max: 20 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const built = build(range(60), [1, 5]);
        for (const [which, word, to, isNode] of changes) {
          const at = (built.nodes[which % built.nodes.length] ?? 0n) + BigInt(word * 8);
          const node = built.nodes[to % built.nodes.length] ?? 0n;
          built.heap.put(at, isNode ? node | BigInt((to % 4) << 3) | 4n : BigInt(to * 16));
        }
        let next = 0n;
        for (const { first, last } of walk(built)) {
          expect(first >= next && last >= first && last <= top).to.equal(true);
          next = last + 1n;
        }
      }),
    );
  });
});

/** Changes the pointer to a node, wherever it is. */
function replace(
  heap: Heap,
  nodes: readonly bigint[],
  node: bigint,
  change: (word: bigint) => bigint,
): void {
  for (const holder of nodes) {
    for (let at = holder + 80n; at < holder + 256n; at += 8n) {
      const word = heap.word(at);
      if (word !== 0n && (word & ~addressBits) === node) {
        heap.put(at, change(word));
      }
    }
  }
}
