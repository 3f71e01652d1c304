import { i386, x8664 } from '@vmcorekit/architectures';
import { ArchitectureTable, BufferSource, type DumpImage } from '@vmcorekit/core';
import { SadumpFormat } from '@vmcorekit/format-sadump';
import {
  buildSadump,
  buildSadumpSet,
  describeFormat,
  openContext,
  openFormat,
  type SadumpSpec,
  statesOf,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const format = new SadumpFormat();
const context = openContext({ architectures: new ArchitectureTable([x8664, i386]) });
const page = (seed: number): Uint8Array =>
  Uint8Array.from({ length: 4096 }, (_, at) => (at * 7 + seed * 31) & 0xff);
const numbers = [1, 3, 4, 6, 7, 8];
const spec: SadumpSpec = {
  pages: new Map(numbers.map((number) => [number, page(number)])),
  cpus: [{ Rip: 7n }],
};
const three = buildSadumpSet(spec, { pagesOfDisks: [2, 2] });
const holds = numbers.map((number) => ({ address: number * 4096, bytes: page(number) }));

const open = (files: readonly Uint8Array[]): Promise<DumpImage> =>
  openFormat(format, files, context);

async function errorOf(files: readonly (Uint8Array | undefined)[]): Promise<string> {
  return open(files.flatMap((file) => file ?? [])).then(
    () => 'no error',
    (error: unknown) => String(error),
  );
}

/** A disk with other bytes at a place. */
function changed(disk: Uint8Array | undefined, at: number, bytes: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(disk ?? []);
  copy.set(bytes, at);
  return copy;
}

describeFormat(format, {
  architectures: [x8664, i386],
  cases: [
    { title: 'on a disk set', files: three, holds },
    { title: 'on a disk set in any order', files: three.toReversed(), holds },
    {
      title: 'on a set with a header of three blocks',
      files: buildSadumpSet(spec, { pagesOfDisks: [0, 5], headerBlocks: 3 }),
      holds,
    },
  ],
});

describe('sadump disk sets', () => {
  it('give back any pages, however the disks share them', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(6), { minLength: 1, maxLength: 15 }),
        async (stored, pagesOfDisks) => {
          const pages = new Map(stored.map((number) => [number, page(number)]));
          using image = await open(buildSadumpSet({ pages }, { pagesOfDisks }));
          expect(image.damage).to.deep.equal([]);
          for (let number = 0; number < 42; number++) {
            expect(image.memory.pageState(number)).to.equal(
              pages.has(number) ? 'stored' : 'absent',
            );
          }
          for (const [number, bytes] of pages) {
            expect(Buffer.compare(image.memory.read(number * 4096, 4096), bytes)).to.equal(0);
          }
        },
      ),
      { numRuns: 40 },
    ));

  it('have the registers that their first disk holds', async () => {
    using image = await open(three.toReversed());
    expect(image.architecture).to.equal('x86_64');
    expect(image.cpus?.(x8664)[0]?.registers.get('rip')).to.equal(7n);
  });

  it('belong together by their set, and no device of its own does', () => {
    const keyOf = (file: Uint8Array): string | undefined =>
      format.splitSetOf(new BufferSource(file));
    const [key] = three.map(keyOf);
    expect(key).to.be.a('string');
    expect(three.map(keyOf)).to.deep.equal([key, key, key]);
    const [stranger] = buildSadumpSet(spec, { pagesOfDisks: [1], set: 2 }).map(keyOf);
    expect(stranger).to.not.equal(key);
    expect(keyOf(buildSadump(spec))).to.equal(undefined);
    expect(keyOf(new Uint8Array(4096))).to.equal(undefined);
  });

  it('without a disk lose its pages and those after it', async () => {
    const [first, second, third] = three;
    using two = await open([first, second].flatMap((disk) => disk ?? []));
    expect(statesOf(two, 0x9000).slice(-2)).to.deep.equal([
      'stored 6000-7000',
      'corrupt 7000-9000',
    ]);
    expect(two.damage.map(({ name }) => name)).to.deep.equal([
      'split-part-missing',
      'file-truncated',
    ]);
    using gap = await open([first, third].flatMap((disk) => disk ?? []));
    expect(statesOf(gap, 0x9000).slice(-4)).to.deep.equal([
      'stored 3000-4000',
      'corrupt 4000-5000',
      'absent 5000-6000',
      'corrupt 6000-9000',
    ]);
    expect(gap.damage[0]?.detail).to.equal(
      'disk 2 of the 3 of the set is not among the files: pages from there on are lost; 1 disk after it cannot be placed',
    );
  });

  it('keep the pages after a disk that is cut', async () => {
    const [first, second, third] = three;
    using image = await open(
      [first, second?.subarray(0, 8192 + 100), third].flatMap((disk) => disk ?? []),
    );
    expect(statesOf(image, 0x9000).slice(-3)).to.deep.equal([
      'stored 6000-6064',
      'corrupt 6064-7000',
      'stored 7000-9000',
    ]);
    expect(image.memory.read(0x7000, 4096)).to.deep.equal(page(7));
    expect(image.damage.map(({ name }) => name)).to.deep.equal(['file-truncated']);
  });

  it('say that a disk may be of another dump, where its time differs', async () => {
    const [first, second, third] = three;
    using image = await open(
      [first, changed(second, 136, [1]), third].flatMap((disk) => disk ?? []),
    );
    expect(image.damage.map(({ name }) => name)).to.deep.equal(['disk-times-differ']);
  });

  it('that do not belong together are refused by what they are', async () => {
    const [first, second, third] = three;
    const [, other] = buildSadumpSet(spec, { pagesOfDisks: [2, 2], set: 2 });
    const single = buildSadump(spec);
    expect(await errorOf([second, third])).to.include(
      'disk 2 of a sadump disk set without disk 1, which says what the others hold: name all its disks',
    );
    expect(await errorOf([first, other])).to.include('is not the disk 2 that disk 1 lists');
    expect(await errorOf([first, second, second])).to.include(
      'is not the disk 2 that disk 1 lists',
    );
    expect(await errorOf([first, first])).to.include('is not the disk 1 that disk 1 lists');
    expect(await errorOf([first, single])).to.include('that disk 1 lists');
    expect(await errorOf([single, single])).to.include('that disk 1 lists');
    expect(await errorOf([first, changed(second, 120, [9])])).to.include('that disk 1 lists');
  });

  it('whose headers lie are refused with the place and both numbers', async () => {
    const [first, second] = three;
    expect(await errorOf([changed(first, 152, [17])])).to.include(
      'sadump partition header at 0x0: set_disk_set is 0x11, wanted at most 0x10',
    );
    expect(await errorOf([changed(first, 4096, [0])])).to.include(
      'sadump disk set header at 0x1000: disk_set_header_size is 0x0, wanted at least 1 block',
    );
    expect(await errorOf([changed(first, 4100, [200])])).to.include(
      'sadump disk set header at 0x1004: disk_num is 0xc8, wanted 1 to 0x10',
    );
    expect(await errorOf([first, changed(second, 160, [0, 0])])).to.match(
      /used_device is 0x0, wanted 0x1000 to/,
    );
    expect(await errorOf([changed(first, 160, [0, 1]), second])).to.match(
      /used_device is 0x100, wanted 0x6000 to/,
    );
  });
});
