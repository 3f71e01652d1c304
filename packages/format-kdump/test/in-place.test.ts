import {
  BufferSink,
  BufferSource,
  type DumpImage,
  type FileChange,
  type PhysicalMemory,
} from '@vmcorekit/core';
import {
  FlattenedSink,
  flattenedContainer,
  KdumpFormat,
  KdumpWriter,
  romFilter,
  zeroFilter,
} from '@vmcorekit/format-kdump';
import { headOf, type KdumpSpec, openFormat, qemuKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import { planChanges } from '../dist/in-place/plan-changes.js';
import { openFlattened } from './flattened/open-flattened.ts';
import {
  build,
  context,
  failure,
  open,
  pageOf,
  blockSizeInBytes as size,
  zlib,
} from './support/dump.ts';

const firstOfRom = 2 ** 32 / size - 4;
const rom = [0, 1, 2, 3].map((index) => firstOfRom + index);

function specOf(pfns: readonly number[]): KdumpSpec {
  return qemuKdump({
    compression: zlib,
    pages: pfns.map((pfn) => ({ pfn, bytes: pageOf(pfn % 250) })),
  });
}

function applied(
  bytes: Uint8Array,
  changes: readonly FileChange[],
  side: 'before' | 'after',
): Uint8Array {
  const end = Math.max(
    bytes.length,
    ...changes.map(({ fileOffset, after }) => fileOffset + after.length),
  );
  const changed = new Uint8Array(end);
  changed.set(bytes);
  for (const change of changes) {
    changed.set(change[side], change.fileOffset);
  }
  return changed;
}

function ofMemory({ ranges }: PhysicalMemory, image: DumpImage): unknown {
  return [
    ranges,
    ranges.flatMap(({ start, end }) =>
      Array.from({ length: (end - start) / size }, (_, index) => {
        const pfn = start / size + index;
        return [pfn, image.memory.pageState(pfn), [...image.memory.read(pfn * size, size)]];
      }),
    ),
  ];
}

describe('a KDUMP file changed where it lies', () => {
  it('ends before the ROM when asked, and makedumpfile finds both bitmaps', async () => {
    const bytes = build(specOf([0, 1, 9, ...rom])).bytes;
    const image = await open(bytes);
    const changes = planChanges(image, new BufferSource(bytes, 'vmcore'), { filters: [romFilter] });
    const changed = await open(applied(bytes, changes, 'after'));
    const expected = await open(build(specOf([0, 1, 9])));
    expect(ofMemory(changed.memory, changed)).to.deep.equal(ofMemory(expected.memory, expected));
    expect(changed.damage).to.deep.equal([]);
    const field = (name: string): number => Number(changed.header.get(name));
    expect(['max_mapnr', 'max_mapnr_64', 'bitmap_blocks'].map(field)).to.deep.equal([10, 10, 2]);
    // The descriptors lie after the bitmaps, where they always were.
    expect(field('sub_hdr_size') + field('bitmap_blocks')).to.equal(
      Number(image.header.get('sub_hdr_size')) + Number(image.header.get('bitmap_blocks')),
    );
    expect(applied(applied(bytes, changes, 'after'), changes, 'before')).to.deep.equal(bytes);
  });

  it('names no page of the ROM where it shares a block of the bitmap with the RAM', async () => {
    const lastOfRam = firstOfRom - 3;
    const bytes = build(specOf([0, lastOfRam, ...rom])).bytes;
    const image = await open(bytes);
    const changed = await open(
      applied(
        bytes,
        planChanges(image, new BufferSource(bytes, 'vmcore'), { filters: [romFilter] }),
        'after',
      ),
    );
    expect(changed.memory.ranges.at(-1)).to.deep.equal({
      start: lastOfRam * size,
      end: (lastOfRam + 1) * size,
    });
    expect(changed.memory.read(lastOfRam * size, size)).to.deep.equal(pageOf(lastOfRam % 250));
    expect(changed.damage).to.deep.equal([]);
  });

  it('keeps its bitmaps where there is no ROM', async () => {
    const bytes = build(specOf([0, 1, 9])).bytes;
    const changes = planChanges(await open(bytes), new BufferSource(bytes, 'vmcore'), {
      filters: [romFilter],
    });
    expect(changes.map(({ what }) => what)).to.deep.equal(['stamp']);
  });

  it('is not changed so where it has one bitmap', async () => {
    const bytes = build({ ...specOf([0, ...rom]), bitmaps: 1 }).bytes;
    const image = await open(bytes);
    expect(
      await failure(() =>
        planChanges(image, new BufferSource(bytes, 'vmcore'), { filters: [romFilter] }),
      ),
    ).to.have.property('code', 'unsupported');
  });

  it('is refused by any filter but rom', async () => {
    const bytes = build(specOf([0, ...rom])).bytes;
    const image = await open(bytes);
    const change = () =>
      planChanges(image, new BufferSource(bytes, 'vmcore'), { filters: [zeroFilter] });
    expect(await failure(change)).to.have.property('code', 'unsupported');
  });

  for (const kind of ['kdump', 'flattened']) {
    it(`states other facts in a ${kind} file, by the writer's patch`, async () => {
      const bytes =
        kind === 'kdump' ? build(specOf([0, 1])).bytes : flattened(build(specOf([0, 1])).bytes);
      const image = await opened(bytes);
      using file = new BufferSource(bytes, 'vmcore');
      const { contents } = kind === 'kdump' ? { contents: file } : await openFlattened(file);
      const facts = { physBase: -0x25600000n, utsname: { release: '6.1.0' } };
      const changes = new KdumpWriter().patch(image, contents, file, { facts });
      const changed = await opened(applied(bytes, changes, 'after'));
      expect(changed.facts?.hints?.[0]?.value).to.equal(-0x25600000n);
      expect(changed.facts?.utsname?.release.value).to.equal('6.1.0');
      expect(changed.writerStamp?.writer).to.equal('vmcorekit');
    });
  }
});

describe('the filter rom', () => {
  it('is needed for a KDUMP file that holds the ROM, and for no other', async () => {
    const withRom = await open(build(specOf([0, ...rom])).bytes);
    expect(romFilter.neededFor?.(withRom, 'kdump')).to.match(
      /^makedumpfile filters this file only without/,
    );
    expect(romFilter.neededFor?.(withRom, 'elf')).to.equal(undefined);
    expect(romFilter.neededFor?.(await open(build(specOf([0])).bytes), 'kdump')).to.equal(
      undefined,
    );
  });
});

function flattened(bytes: Uint8Array): Uint8Array {
  const output = new BufferSink();
  const sink = new FlattenedSink(output);
  sink.writeAt(0, bytes);
  sink.finish();
  return output.bytes;
}

/** A plain file, or what a flattened one stands for. */
async function opened(bytes: Uint8Array): Promise<DumpImage> {
  const source = new BufferSource(bytes, 'vmcore');
  const isWrapped = flattenedContainer.probe(headOf(bytes)) !== undefined;
  return openFormat(
    new KdumpFormat(),
    [isWrapped ? (await openFlattened(source)).contents : source],
    context,
  );
}
