import { isVmcorekitError } from '@vmcorekit/core';
import { number, optional, place, pointer, structReader, text, wide } from '@vmcorekit/linux';
import { expect } from 'chai';
import { Heap, typesOf } from '../containers/heap.ts';

const types = typesOf({
  thing: {
    size: 0x1100,
    members: {
      flags: [0, { bytes: 1 }],
      small: [2, { bytes: 2 }],
      count: [4, { bytes: 4 }],
      next: [8, 'pointer'],
      total: [16, { bytes: 8 }],
      name: [24, { pointers: 2 }],
      far: [0x1000, { bytes: 8 }],
    },
  },
});
const shape = {
  flags: number('flags'),
  count: number('missing', 'count'),
  next: pointer('next'),
  total: wide('total'),
  name: text('name'),
  far: wide('far'),
  at: place('total'),
  absent: optional(number('not_here')),
  absentPlace: optional(place('not_here')),
} as const;

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('structReader', () => {
  /** The last page boundary lies between `name` and `far`. */
  function thing(): { heap: Heap; at: bigint } {
    const heap = new Heap({ types });
    const at = heap.take(0x2000, 0x1000);
    heap.put(at, 0x0000_0007_0003_0081n, 0xffff888000001000n, 0xffff_ffff_ffff_fffen);
    heap.bytes(at + 24n, new TextEncoder().encode('swapper/0\0rest'));
    heap.put(at + 0x1000n, 99n);
    return { heap, at };
  }

  it('reads members by the first path that the structure has', () => {
    const { heap, at } = thing();
    expect(structReader(heap.kernel, 'thing', shape).read(at)).to.deep.equal({
      flags: 0x81,
      count: 7,
      next: 0xffff888000001000n,
      total: 0xffff_ffff_ffff_fffen,
      name: 'swapper/0',
      far: 99n,
      at: at + 16n,
      absent: null,
      absentPlace: null,
    });
  });

  it('reads a path without a field by its type', () => {
    const { heap, at } = thing();
    const plain = { small: 'small', total: 'total', next: 'next', name: 'name' };
    expect(structReader(heap.kernel, 'thing', plain).read(at)).to.deep.equal({
      small: 3,
      total: 0xffff_ffff_ffff_fffen,
      next: 0xffff888000001000n,
      name: 'swapper/0',
    });
  });

  it('takes a page of zeros for a lost one, because no structure fills a page so', () => {
    const { heap, at } = thing();
    heap.put(at + 0x1000n, 0n);
    const reader = structReader(heap.kernel, 'thing', shape);
    expect(reader.tryRead(at)).to.equal(undefined);
    expect(reader.readPartly(at)).to.include({ count: 7, far: null });
    // Beside anything else, a zero is a value.
    heap.put(at + 0x1800n, 1n);
    expect(reader.read(at).far).to.equal(0n);
  });

  it('gives null for what lies on a lost page, and undefined for the whole', () => {
    const { heap, at } = thing();
    heap.exclude(at + 0x1000n);
    const reader = structReader(heap.kernel, 'thing', shape);
    expect(reader.tryRead(at)).to.equal(undefined);
    expect(errorOf(() => reader.read(at))).to.satisfy((error: unknown) =>
      isVmcorekitError(error, 'page-unreadable'),
    );
    const partly = reader.readPartly(at);
    expect({ far: partly.far, count: partly.count }).to.deep.equal({ far: null, count: 7 });
  });

  it('reads no page that holds none of the members', () => {
    const { heap, at } = thing();
    heap.exclude(at + 0x1000n);
    const { far: _far, ...near } = shape;
    expect(structReader(heap.kernel, 'thing', near).tryRead(at)?.count).to.equal(7);
  });

  it('reads addresses that wrap around', () => {
    const { heap } = thing();
    expect(
      structReader(heap.kernel, 'thing', shape).tryRead(-1n & 0xffff_ffff_ffff_ffffn),
    ).to.equal(undefined);
  });

  it('names an unknown structure, and the paths of an unknown member', () => {
    const { kernel } = thing().heap;
    const unknown = errorOf(() => structReader(kernel, 'other', {}));
    const member = errorOf(() => structReader(kernel, 'thing', { it: number('one', 'two') }));
    expect(String(unknown)).to.include('other');
    expect(String(member)).to.include('one or two').and.to.include('thing');
    expect([unknown, member].every((error) => isVmcorekitError(error, 'unknown-name'))).to.equal(
      true,
    );
  });

  it('refuses a member that is too wide for a number', () => {
    const { kernel } = thing().heap;
    const wrong = errorOf(() => structReader(kernel, 'thing', { total: number('total') }));
    expect(isVmcorekitError(wrong, 'usage')).to.equal(true);
    expect(String(wrong)).to.include('struct thing.total').and.to.include('8 bytes');
  });
});
