import { idrEntries, type XarrayEntry, xarrayEntries } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { Heap, typesOf } from './heap.ts';

const slotsAt = 40;
const node = {
  shift: 0,
  offset: 1,
  parent: [8, 'pointer'],
  slots: [slotsAt, { pointers: 64 }],
} as const;
const arrayAt = 8;
const types = typesOf({
  xarray: { size: 16, members: { xa_head: [arrayAt, 'pointer'] } },
  xa_node: { size: 576, members: { ...node, array: [16, 'pointer'] } },
  idr: { size: 24, members: { idr_rt: [0, { pointers: 2 }], idr_base: [16, { bytes: 4 }] } },
});
/** As in Linux 4.19. */
const radixTypes = typesOf({
  radix_tree_root: { size: 16, members: { rnode: [arrayAt, 'pointer'] } },
  radix_tree_node: { size: 576, members: { ...node, root: [16, 'pointer'] } },
});

interface Form {
  readonly types: typeof types;
  readonly mark: bigint;
}
const xarray: Form = { types, mark: 2n };
const radix: Form = { types: radixTypes, mark: 1n };

/** An array with these entries by index; nodes are built as they are needed. */
class Builder {
  readonly heap: Heap;
  readonly array: bigint;
  readonly nodes: bigint[] = [];
  readonly #mark: bigint;

  constructor(entries: ReadonlyMap<number, bigint>, form: Form = xarray) {
    this.heap = new Heap({ types: form.types });
    this.array = this.heap.take(24);
    this.#mark = form.mark;
    const last = Math.max(0, ...entries.keys());
    let shift = 0;
    while (last >= 64 * 2 ** shift) {
      shift += 6;
    }
    const bare = entries.size === 1 ? entries.get(0) : undefined;
    this.heap.put(
      this.array + BigInt(arrayAt),
      entries.size === 0 ? 0n : (bare ?? this.#node(entries, shift, 0, 0n, 0)),
    );
  }

  #node(
    entries: ReadonlyMap<number, bigint>,
    shift: number,
    base: number,
    parent: bigint,
    slot: number,
  ): bigint {
    const address = this.heap.take(576, 64);
    this.nodes.push(address);
    this.heap.bytes(address, Uint8Array.of(shift, slot));
    this.heap.put(address + 8n, parent, this.array);
    const width = 2 ** shift;
    for (let index = 0; index < 64; index++) {
      const first = base + index * width;
      const below = [...entries.keys()].some((key) => key >= first && key < first + width);
      if (below) {
        const word =
          shift === 0
            ? (entries.get(first) ?? 0n)
            : this.#node(entries, shift - 6, first, address, index);
        this.heap.put(address + BigInt(slotsAt + index * 8), word);
      }
    }
    return address | this.#mark;
  }

  slot(which: number, index: number, word: bigint): void {
    this.heap.put((this.nodes[which] ?? 0n) + BigInt(slotsAt + index * 8), word);
  }

  walk(limit?: number): XarrayEntry[] {
    const { kernel, notes } = this.heap;
    return [...xarrayEntries(kernel, this.array, notes, limit === undefined ? {} : { limit })];
  }
}

function single([index, entry]: readonly [number, bigint]): XarrayEntry {
  return { index: BigInt(index), last: BigInt(index), entry };
}

describe('the entries of an xarray', () => {
  it('come by index, in a radix tree as well', () => {
    const entries = fc.array(
      fc.tuple(
        fc.oneof(fc.nat({ max: 70 }), fc.nat({ max: 5000 }), fc.nat({ max: 2 ** 30 })),
        fc.bigInt({ min: 0x1000n, max: 1n << 60n }).map((pointer) => pointer << 3n),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.constantFrom(xarray, radix), entries, (form, pairs) => {
        const held = new Map(pairs);
        const built = new Builder(held, form);
        const sorted = [...held].sort(([one], [other]) => one - other);
        expect(built.walk()).to.deep.equal(sorted.map(single));
        expect(built.heap.notes.all).to.deep.equal([]);
      }),
    );
  });

  it('are values as stored, and reserved ones are left out', () => {
    const retry = (256n << 2n) | 2n;
    const zero = (257n << 2n) | 2n;
    const built = new Builder(
      new Map([
        [1, 0x2bn],
        [2, retry],
        [3, zero],
        [70, 0x1000n],
      ]),
    );
    expect(built.walk()).to.deep.equal([single([1, 0x2bn]), single([70, 0x1000n])]);
    expect(built.heap.notes.all).to.deep.equal([]);
  });

  it('stand for several indexes where siblings follow, or above the lowest nodes', () => {
    const built = new Builder(
      new Map([
        [4, 0x1000n],
        [200, 0x2000n],
      ]),
    );
    built.slot(1, 5, (4n << 2n) | 2n);
    built.slot(1, 6, (4n << 2n) | 2n);
    built.slot(0, 1, 0x3000n);
    built.slot(0, 2, (1n << 2n) | 2n);
    expect(built.walk()).to.deep.equal([
      { index: 4n, last: 6n, entry: 0x1000n },
      { index: 64n, last: 191n, entry: 0x3000n },
      { index: 200n, last: 200n, entry: 0x2000n },
    ]);
    const old = new Builder(
      new Map([
        [4, 0x1000n],
        [9, 0x2000n],
      ]),
      radix,
    );
    const slot4 = (old.nodes[0] ?? 0n) + BigInt(slotsAt + 4 * 8);
    old.slot(0, 5, slot4 | 1n);
    expect(old.walk()[0]).to.deep.equal({ index: 4n, last: 5n, entry: 0x1000n });
    expect([...built.heap.notes.all, ...old.heap.notes.all]).to.deep.equal([]);
  });

  it('leave out what hangs on a node of another array, parent, slot or shift', () => {
    const entries = new Map([
      [1, 0x1000n],
      [70, 0x2000n],
      [130, 0x3000n],
    ]);
    const damages: readonly [string, (built: Builder, middle: bigint) => void][] = [
      ['belongs to', ({ heap }, middle) => heap.put(middle + 16n, 0x40n)],
      ['has the parent', ({ heap }, middle) => heap.put(middle + 8n, 0x40n)],
      ['has slot 9', ({ heap }, middle) => heap.bytes(middle + 1n, Uint8Array.of(9))],
      ['has the shift 6', ({ heap }, middle) => heap.bytes(middle, Uint8Array.of(6))],
      ['no address of the kernel', (built) => built.slot(0, 1, 0x123402n)],
      ['cannot be read', (built) => built.slot(0, 1, 0xffffffffffffff02n)],
    ];
    for (const [because, damage] of damages) {
      const built = new Builder(entries);
      damage(built, built.nodes[2] ?? 0n);
      expect(built.walk().map(({ index }) => index)).to.deep.equal([1n, 130n]);
      const [remark] = built.heap.notes.remarks();
      expect(remark).to.include(because);
      expect(remark).to.include('what indexes 64 to 127 hold is unknown');
    }
  });

  it('are cut by a limit, and unknown without types', () => {
    const built = new Builder(
      new Map([
        [1, 0x1000n],
        [2, 0x2000n],
      ]),
    );
    expect(built.walk(2)).to.have.length(2);
    expect(built.heap.notes.all).to.deep.equal([]);
    expect(built.walk(1)).to.have.length(1);
    expect(built.heap.notes.remarks()[0]).to.include('ends after 1');
    const heap = new Heap();
    expect([...xarrayEntries(heap.kernel, heap.take(16), heap.notes)]).to.deep.equal([]);
    expect(heap.notes.remarks()[0]).to.include('have no usable');
  });

  it('never hang or come twice, whatever memory holds', () => {
    const change = fc.tuple(fc.nat(), fc.nat({ max: 71 }), fc.nat({ max: 8 }));
    const entries = new Map([
      [0, 0x1000n],
      [65, 0x2000n],
      [4096, 0x3000n],
      [4170, 0x4000n],
    ]);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const built = new Builder(entries);
        for (const [which, word, to] of changes) {
          const at = (built.nodes[which % built.nodes.length] ?? 0n) + BigInt(word * 8);
          built.heap.put(at, (built.nodes[to] ?? BigInt(to)) | 2n);
        }
        const walked = built.walk().map(({ index }) => index);
        expect(walked).to.deep.equal(walked.toSorted((one, other) => (one < other ? -1 : 1)));
        expect(new Set(walked).size).to.equal(walked.length);
      }),
    );
  });
});

describe('the entries of an IDR', () => {
  it('have its base added to their ids', () => {
    const { heap, array } = new Builder(
      new Map([
        [0, 0x1000n],
        [70, 0x2000n],
      ]),
    );
    heap.put(array + 16n, 3n);
    expect([...idrEntries(heap.kernel, array, heap.notes)]).to.deep.equal([
      single([3, 0x1000n]),
      single([73, 0x2000n]),
    ]);
    expect(heap.notes.all).to.deep.equal([]);
  });

  it('are unknown without types', () => {
    const heap = new Heap();
    expect([...idrEntries(heap.kernel, heap.take(24), heap.notes)]).to.deep.equal([]);
    expect(heap.notes.remarks()[0]).to.include('struct idr');
  });
});
