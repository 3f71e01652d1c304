import { isVmcorekitError } from '@vmcorekit/core';
import { buildHibernation, type HibernationSpec, propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { damageOf, lzo, noiseOf, openSwap, pattern, statesOf } from './opened.ts';

const spec: HibernationSpec = {
  pages: Array.from({ length: 80 }, (_, index) => ({ pfn: index, data: pattern(index) })),
};
const packed: HibernationSpec = { ...spec, pack: lzo };
/** Blocks that share no pages with each other: these do not compress. */
const noise: HibernationSpec = {
  ...packed,
  pages: spec.pages.map(({ pfn }) => ({ pfn, data: noiseOf(Number(pfn)) })),
};

/** Overwrites bytes of a built area. */
function changed(built: HibernationSpec, at: number, bytes: ArrayLike<number>): Uint8Array {
  const area = buildHibernation(built);
  area.set(bytes, at);
  return area;
}

/** Where the second block begins: header, map and info page come before the first one. */
function placeOfSecond(area: Uint8Array): number {
  const lengthOfFirst = new DataView(area.buffer).getUint32(3 * 4096, true);
  return (3 + Math.ceil((8 + lengthOfFirst) / 4096)) * 4096;
}

async function refusalOf(area: HibernationSpec | Uint8Array): Promise<string> {
  try {
    using image = await openSwap(area);
    return `opened, ${image.damage.length} damaged`;
  } catch (error) {
    return isVmcorekitError(error) ? `${error.code}: ${error.message}` : String(error);
  }
}

async function checked(area: Uint8Array): Promise<string[]> {
  using image = await openSwap(area);
  return Array.from(image.check?.() ?? [], (found) => ('name' in found ? found.name : ''));
}

describe('damaged hibernated swap areas', () => {
  it('lose the pages after the place where they were cut', async () => {
    const area = buildHibernation(spec);
    // Header, map, info page and list take four pages.
    using image = await openSwap(area.subarray(0, (4 + 50) * 4096 + 100));
    expect(statesOf(image, 80 * 4096)).to.deep.equal(['stored 0-32000', 'corrupt 32000-50000']);
    expect(damageOf(image)).to.deep.equal(['file-truncated page']);
    expect(image.memory.read(49 * 4096, 4096)).to.deep.equal(pattern(49));
  });

  it('lose whole blocks where they are packed', async () => {
    const area = buildHibernation(noise);
    using image = await openSwap(area.subarray(0, area.length - 30 * 4096));
    expect(damageOf(image)).to.deep.equal(['file-truncated page']);
    // The first block has the list and 31 pages.
    expect(image.memory.read(30 * 4096, 4096)).to.deep.equal(noiseOf(30));
    expect(image.memory.pageState(79)).to.equal('corrupt');
  });

  it('lose the pages of a block that swap has overwritten, and no other', async () => {
    const area = buildHibernation(packed);
    const second = placeOfSecond(area);
    using image = await openSwap(changed(packed, second + 8, new Uint8Array(64)));
    expect(image.damage).to.deep.equal([]);
    expect(() => image.memory.read(40 * 4096, 1)).to.throw(
      /page 0x28 .* is corrupt: lzo at file offset 0x\w+: a block of/,
    );
    expect(image.memory.pageState(40)).to.equal('corrupt');
    expect(image.memory.read(30 * 4096, 4096)).to.deep.equal(pattern(30));
    expect(image.memory.read(70 * 4096, 4096)).to.deep.equal(pattern(70));
  });

  it('lose the block whose length is overwritten, and find the next from the end', async () => {
    const area = buildHibernation(noise);
    const second = placeOfSecond(area);
    for (const pages of [1, 20]) {
      using image = await openSwap(changed(noise, second, noiseOf(9, pages * 4096)));
      expect(damageOf(image)).to.deep.equal(['block-length-bad page']);
      expect(image.damage[0]?.detail).to.contain('1 block of 32 pages is lost');
      expect(() => image.memory.read(40 * 4096, 1)).to.throw('its length is overwritten');
      expect(image.memory.read(30 * 4096, 4096)).to.deep.equal(noiseOf(30));
      expect(image.memory.read(70 * 4096, 4096)).to.deep.equal(noiseOf(70));
    }
  });

  it('lose all blocks from there on where the map has no end to count from', async () => {
    const area = changed(noise, 3 * 4096, noiseOf(9));
    // The map's third entry from its end leads nowhere.
    area.set(new Uint8Array(8).fill(255), 4096 + 70 * 8);
    using image = await openSwap(area);
    expect(damageOf(image)).to.deep.equal([
      'map-ends-early page',
      'block-length-bad page',
      'page-list-lost memory',
    ]);
  });

  it('do not count from the end of a map that has lost a page of its own', async () => {
    const pages = Array.from({ length: 600 }, (_, pfn) => ({ pfn, data: noiseOf(pfn) }));
    const area = buildHibernation({ pages, pack: lzo });
    area.set(noiseOf(3), placeOfSecond(area));
    using whole = await openSwap(area);
    expect(whole.memory.read(599 * 4096, 4096)).to.deep.equal(noiseOf(599));
    // The second page of the map follows the first, and the 511 pages that it lists.
    area.fill(0, 513 * 4096, 514 * 4096);
    using torn = await openSwap(area);
    expect(torn.damage[0]?.detail).to.contain('cannot be found');
    expect(torn.memory.pageState(599)).to.equal('corrupt');
  });

  it('say that the blocks end before the map does', async () => {
    const area = buildHibernation(packed);
    const places = [...Array(510).keys()].filter((index) => area[4096 + index * 8] !== 0);
    // One more page than the blocks need.
    area.set([area.length / 4096], 4096 + places.length * 8);
    using image = await openSwap(Buffer.concat([area, new Uint8Array(4096)]));
    expect(damageOf(image)).to.deep.equal(['blocks-disagree nothing']);
  });

  it('say that a page changed where only the CRC-32 shows it', async () => {
    const area = buildHibernation({ ...packed, header: { crc32: 5 } });
    expect(await checked(area)).to.include('crc32-differs');
    expect(await checked(buildHibernation(packed))).to.not.include('crc32-differs');
  });

  it('say that the list and the header disagree', async () => {
    using image = await openSwap({ pages: [{ pfn: 1 }, { pfn: 2, data: pattern(2) }], info: {} });
    expect(image.damage).to.deep.equal([]);
    using other = await openSwap(changed(spec, 3 * 4096 + 7, [0x80]));
    expect(damageOf(other)).to.deep.equal(['pages-disagree nothing']);
  });

  it('leave out pages whose number no machine has, and keep the order of the others', async () => {
    using image = await openSwap({
      pages: [
        { pfn: 1, data: pattern(1) },
        { pfn: 1n << 50n, data: pattern(2) },
        { pfn: 3, data: pattern(3) },
      ],
      info: { num_physpages: 4 },
    });
    expect(damageOf(image)).to.deep.equal(['page-number-bad memory']);
    expect(image.memory.read(0x3000, 4096)).to.deep.equal(pattern(3));
  });

  it('end at a page of the map that the file has lost', async () => {
    const long = { pages: Array.from({ length: 600 }, (_, pfn) => ({ pfn, data: pattern(pfn) })) };
    const area = buildHibernation(long);
    using image = await openSwap(area.subarray(0, 300 * 4096));
    expect(damageOf(image)).to.deep.equal(['map-ends-early page', 'file-truncated page']);
    expect(image.memory.read(200 * 4096, 4096)).to.deep.equal(pattern(200));
    expect(image.memory.pageState(599)).to.equal('corrupt');
  });

  it('end where the map leads back to itself', async () => {
    const area = changed(spec, 4096 + 80 * 8, new Uint8Array(0));
    const words = new DataView(area.buffer);
    for (let index = 0; index < 512; index++) {
      words.setBigUint64(4096 + index * 8, index === 511 ? 1n : 2n, true);
    }
    expect(await refusalOf(area)).to.match(/^opened/);
  });

  it('are refused where a header cannot be', async () => {
    expect(await refusalOf({ ...spec, header: { image: 1n << 40n } })).to.contain('truncated');
    expect(await refusalOf({ ...spec, header: { image: 0 } })).to.contain('malformed');
    expect(await refusalOf({ ...spec, info: { pages: 1n << 60n } })).to.contain('pages is');
    expect(await refusalOf({ ...spec, info: { pages: 2n ** 30n } })).to.contain('pages is');
    expect(await refusalOf({ ...spec, info: { size: 5 } })).to.contain('size is 0x5');
    expect(await refusalOf({ ...spec, info: { image_pages: 999 } })).to.contain('image_pages is');
    expect(await refusalOf(buildHibernation(spec).subarray(0, 100))).to.contain('truncated');
  });

  it('are read after a resume only where the CRC-32 of all pages is right', async () => {
    const header = { sig: 'SWAPSPACE2' };
    using image = await openSwap({ ...packed, header });
    expect(damageOf(image)).to.deep.equal(['image-resumed nothing']);
    expect(image.memory.read(0x5000, 4096)).to.deep.equal(pattern(5));
    expect(await refusalOf({ ...spec, header })).to.match(/^unsupported: .*has no CRC-32/);
    const wrong = { ...header, crc32: 7 };
    expect(await refusalOf({ ...packed, header: wrong })).to.match(/^unsupported: .*CRC-32 is 0x7/);
    const overwritten = changed({ ...noise, header }, 40 * 4096, new Uint8Array(4096));
    expect(await refusalOf(overwritten)).to.match(/^unsupported: /);
  });

  it('end in a result or an error of the library, whatever their words say', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            // Most words of the headers, the map, the list and the first block.
            word: fc.oneof(fc.nat(1600), fc.integer({ min: 500, max: 560 })),
            value: fc.oneof(
              fc.constantFrom(0n, 1n, 2n, 2n ** 63n, 2n ** 64n - 1n),
              fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
              fc.bigInt({ min: 0n, max: 200n }),
            ),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        fc.boolean(),
        fc.nat(20_000),
        async (words, isPacked, cut) => {
          const area = buildHibernation(isPacked ? packed : spec);
          const view = new DataView(area.buffer);
          for (const { word, value } of words) {
            view.setBigUint64(word * 8, value, true);
          }
          const length = cut > 10_000 ? area.length - cut : area.length;
          expect(await refusalOf(area.subarray(0, length))).to.match(
            /^(opened|truncated|malformed|unsupported|bad-data)/,
          );
        },
      ),
      { numRuns: propertyRuns(30) },
    ));
});
