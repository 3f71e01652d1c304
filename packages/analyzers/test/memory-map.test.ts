import type { MemoryMap } from '@vmcorekit/analyzers';
import { reportLines } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { analyze, emptyDump, guest, physBase } from './guest.ts';

const page = 4096;

async function mapOf(memory: SparseMemory, width: number = 8): Promise<MemoryMap> {
  return (await analyze('memory-map', emptyDump(memory), { width })).data as MemoryMap;
}

describe('memory-map', () => {
  it('counts the pages and bytes of each state, range by range', async () => {
    const memory = new SparseMemory({
      ranges: [
        { start: 0, end: 4 * page },
        { start: 6 * page, end: 8 * page },
      ],
    });
    memory.write(0, Uint8Array.of(1));
    memory.write(6 * page, new Uint8Array(2 * page).fill(1));
    memory.exclude(3 * page);
    const { ranges, picture, image } = await mapOf(memory);
    expect(ranges).to.deep.equal([
      {
        start: '0x0',
        end: '0x4000',
        pages: {
          stored: { pages: 1, bytes: page },
          zero: { pages: 2, bytes: 2 * page },
          excluded: { pages: 1, bytes: page },
        },
      },
      { start: '0x6000', end: '0x8000', pages: { stored: { pages: 2, bytes: 2 * page } } },
    ]);
    expect(picture).to.deep.equal({
      sliceInBytes: page,
      slices: '#00x  ##',
      pageTables: '        ',
    });
    expect(image).to.deep.equal([]);
  });

  it('loses no page, and draws as many slices as it may, whatever the memory', async () => {
    const states = fc.array(fc.constantFrom('stored', 'zero', 'excluded'), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(states, fc.integer({ min: 8, max: 30 }), async (wanted, width) => {
        const memory = new SparseMemory({ ranges: [{ start: 0, end: wanted.length * page }] });
        for (const [pfn, state] of wanted.entries()) {
          if (state === 'stored') {
            memory.write(pfn * page, Uint8Array.of(1));
          } else if (state === 'excluded') {
            memory.exclude(pfn * page);
          }
        }
        const { ranges, picture } = await mapOf(memory, width);
        for (const state of ['stored', 'zero', 'excluded'] as const) {
          expect(ranges[0]?.pages[state]?.pages ?? 0).to.equal(
            wanted.filter((one) => one === state).length,
          );
        }
        expect(picture.slices).to.match(/^[#0x]+$/);
        expect(picture.slices.length).to.be.at.most(width);
        expect(picture.slices.length * picture.sliceInBytes).to.be.at.least(wanted.length * page);
      }),
    );
  });

  it("finds the kernel's parts by the rights of its own page tables", async () => {
    const { dump, kernel } = guest();
    const { data, text } = await analyze('memory-map', dump);
    const { image, picture } = data as MemoryMap;
    const textAddress = kernel.symbols.get('_text') ?? 0n;
    const code = image.find(({ kind }) => kind === 'text');
    expect(code).to.include({
      virtualAddress: `0x${textAddress.toString(16)}`,
      physicalAddress: `0x${kernel.physical(textAddress).toString(16)}`,
    });
    expect(kernel.physical(textAddress)).to.equal(
      Number(textAddress - 0xffffffff80000000n) + physBase,
    );
    expect(image.map(({ kind }) => kind)).to.include('data');
    for (const { lengthInBytes, pages } of image) {
      expect(Object.values(pages).reduce((sum, { bytes }) => sum + bytes, 0)).to.equal(
        lengthInBytes,
      );
    }
    expect(picture.slices).to.include('T');
    expect(reportLines(text).join('\n')).to.include(`kernel text at 0x${textAddress.toString(16)}`);
  });

  it('asks the index no more than the file has of memory larger than 16 GiB', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 2 ** 35 }] });
    memory.write(2 ** 34, new Uint8Array(page).fill(1));
    const { ranges, isEveryPageAsked, picture } = await mapOf(memory);
    expect(isEveryPageAsked).to.equal(false);
    expect(ranges[0]?.pages.stored).to.deep.equal({ pages: 1, bytes: page });
    expect(ranges[0]?.pages.unstored).to.deep.equal({ pages: 2 ** 23 - 1, bytes: 2 ** 35 - page });
    expect(picture.slices).to.equal('........');
  });

  it('counts the page tables of the kernel and its CPUs, and marks where they lie', async () => {
    const { dump, kernel } = guest();
    const { data, text } = await analyze('memory-map', dump, { width: 1024 });
    const { pageTables, picture } = data as MemoryMap;
    expect(pageTables?.roots).to.deep.equal([`0x${kernel.root.toString(16)}`]);
    expect(pageTables?.isEveryTableRead).to.equal(true);
    expect(picture.pageTables).to.have.lengthOf(picture.slices.length);
    expect(picture.pageTables[Math.floor(kernel.root / picture.sliceInBytes)]).to.equal('P');
    const marked = picture.pageTables.replaceAll(' ', '').length;
    expect(marked).to.be.within(1, pageTables?.pages ?? 0);
    expect(reportLines(text).join('\n')).to.include(
      `page tables of the kernel and its CPUs, from 0x${kernel.root.toString(16)}`,
    );
  });

  it('gives sizes with units', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 2 ** 20 }] });
    const { text } = await analyze('memory-map', emptyDump(memory), { width: 16 });
    expect(text[0]).to.equal('physical memory, 64 KiB a character');
    expect(text).to.include('0x0 to 0x100000: zero 256 pages (1 MiB)');
  });

  it('draws an SVG picture whose squares cover all memory, with all text escaped', async () => {
    const { dump } = guest();
    const { svg = '' } = await analyze('memory-map', { ...dump, files: ['/tmp/<b>&"\x1b[2J'] });
    expect(svg)
      .to.match(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /)
      .and.match(/<\/svg>\n$/);
    expect(svg).to.include('<title>&#60;b&#62;&#38;&#34;\\x1b[2J</title>');
    expect(svg).to.include('kernel text: ').and.include('page tables of the kernel and its CPUs: ');
    expect(svg).to.not.match(/[^\x20-\x7e\n]|<script|<b>/);
    const drawn = [...svg.matchAll(/<rect x="\d+" y="\d+" width="(\d+)" height="11" fill="#/g)];
    const squares = drawn.reduce((sum, [, width]) => sum + (Number(width) + 1) / 12, 0);
    expect(squares).to.be.at.least(4096);
  });
});
