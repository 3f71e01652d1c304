import { lzoVmcorekit } from '@vmcorekit/compressors';
import { BufferSource, type ByteSource, isVmcorekitError } from '@vmcorekit/core';
import { HibernationFormat } from '@vmcorekit/format-hibernation';
import { buildHibernation, describeFormat, type HibernationSpec, headOf } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { lz4, lzo, noiseOf, openSwap, pattern, statesOf } from './opened.ts';

const few: HibernationSpec = {
  pages: [
    { pfn: 1, data: pattern(1) },
    { pfn: 2, data: pattern(2) },
    { pfn: 3 },
    { pfn: 6, data: pattern(6) },
  ],
};
/** More than a block of data, a page of page numbers and a page of the map. */
const many: HibernationSpec = {
  pages: Array.from({ length: 600 }, (_, index) => ({ pfn: 2 * index, data: pattern(index) })),
};
const holdsFew = [
  { address: 0x1000, bytes: pattern(1) },
  { address: 0x2000, bytes: pattern(2) },
  { address: 0x3000, bytes: new Uint8Array(4096) },
  { address: 0x6000, bytes: pattern(6) },
];
const lz4Flags = { flags: 4 | 16 };

describe('hibernated swap areas', () => {
  describeFormat(new HibernationFormat(), {
    compressors: [lzoVmcorekit],
    cases: [
      { title: 'not compressed', files: [buildHibernation(few)], holds: holdsFew },
      { title: 'of lzo', files: [buildHibernation({ ...few, pack: lzo })], holds: holdsFew },
      {
        title: 'of lz4',
        files: [buildHibernation({ ...few, pack: lz4, header: lz4Flags })],
        holds: holdsFew,
      },
    ],
  });

  for (const [title, spec] of [
    ['plain', many],
    ['packed', { ...many, pack: lzo }],
  ] as const) {
    for (const isReversed of [false, true]) {
      it(`hold every page where the map goes ${isReversed ? 'backward' : 'on'}, ${title}`, async () => {
        using image = await openSwap({ ...spec, isReversed });
        expect(image.damage).to.deep.equal([]);
        for (const { pfn, data } of many.pages) {
          expect(image.memory.read(Number(pfn) * 4096, 4096)).to.deep.equal(data);
        }
      });
    }
  }

  it('hold a block that begins in the last page of the file and goes on before it', async () => {
    const pages = [1, 2, 3, 4, 5].map((pfn) => ({ pfn, data: noiseOf(pfn) }));
    using image = await openSwap({ pages, pack: lzo, isReversed: true });
    expect(image.damage).to.deep.equal([]);
    expect(image.memory.read(0x5000, 4096)).to.deep.equal(noiseOf(5));
  });

  it('leave out what was not in use, and have no RAM where the devices are', async () => {
    using image = await openSwap(few);
    expect(statesOf(image, 0x8000)).to.deep.equal([
      'excluded 0-1000',
      'stored 1000-3000',
      'zero 3000-4000',
      'excluded 4000-6000',
      'stored 6000-7000',
      'absent 7000-8000',
    ]);
    expect(() => image.memory.read(0x4000, 1)).to.throw('is excluded: it was not in use');
    using high = await openSwap({
      pages: [
        { pfn: 1, data: pattern(1) },
        { pfn: 0x100001, data: pattern(2) },
      ],
    });
    expect(statesOf(high, 0x100002000)).to.deep.equal([
      'excluded 0-1000',
      'stored 1000-2000',
      'absent 2000-100001000',
      'stored 100001000-100002000',
    ]);
  });

  it('state phys_base by the pair of addresses that the kernel is entered at', async () => {
    using image = await openSwap(few);
    const [hint] = image.facts?.hints ?? [];
    // The pair of a guest whose own words were: phys_base -0xd000000, with this text address.
    expect(hint?.value).to.equal(0x5345010n - 0x12345010n);
    expect(hint?.at.map(({ note }) => note)).to.deep.equal(['jump_address', 'jump_address_phys']);
    expect(image.architecture).to.equal('x86_64');
    expect(image.header.get('compression')).to.equal('none');
    expect(image.header.get('cr3')).to.equal(0x2000n);
  });

  it('state none where the address is no kernel’s, or the record is no x86-64’s', async () => {
    using user = await openSwap({ ...few, info: { jump_address: 0x400000n } });
    expect(user.facts?.hints).to.equal(undefined);
    using other = await openSwap({ ...few, info: { magic: 5n } });
    expect(other.facts?.hints).to.equal(undefined);
    expect(other.architecture).to.equal(null);
    expect(other.header.has('cr3')).to.equal(false);
  });

  it('are claimed by their mark; swap that leads to no image is not', () => {
    const claims = (bytes: Uint8Array) => new HibernationFormat().probe(headOf(bytes))?.because;
    const swap = { sig: 'SWAPSPACE2' };
    expect(claims(buildHibernation(few))).to.equal(
      'S1SUSPEND at 4086, swap with a hibernated Linux',
    );
    expect(claims(buildHibernation({ ...few, header: swap }))).to.equal(
      'swap that led to a hibernated Linux',
    );
    expect(claims(buildHibernation({ ...few, header: { ...swap, image: 0 } }))).to.equal(undefined);
    expect(claims(buildHibernation({ ...few, header: { sig: 'ULSUSPEND\0' } }))).to.equal(
      undefined,
    );
  });

  it('need a codec of lzo only where they are packed by it', async () => {
    const open = (spec: HibernationSpec) =>
      new HibernationFormat()
        .open([new BufferSource(buildHibernation(spec)) as ByteSource], {
          compressors: { ready: () => Promise.reject(missing) },
        } as never)
        .then((steps) => [...steps]);
    const missing = await openSwap(new Uint8Array(1)).catch((error: unknown) => error);
    await open(few);
    await open({ ...few, pack: lz4, header: lz4Flags });
    const refused = await open({ ...few, pack: lzo }).catch((error: unknown) => error);
    expect(refused).to.equal(missing);
    expect(isVmcorekitError(refused)).to.equal(true);
  });

  it('hold in every page what the list says, whatever is listed', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 80 }),
        fc.boolean(),
        fc.boolean(),
        async (pfns, isPacked, isReversed) => {
          const pages = pfns.map((pfn) => (pfn % 3 === 0 ? { pfn } : { pfn, data: pattern(pfn) }));
          using image = await openSwap({ pages, isReversed, ...(isPacked ? { pack: lzo } : {}) });
          for (const { pfn, data } of pages) {
            expect(image.memory.pageState(pfn)).to.equal(data === undefined ? 'zero' : 'stored');
            expect(image.memory.read(pfn * 4096, 4096)).to.deep.equal(data ?? new Uint8Array(4096));
          }
          expect(image.damage).to.deep.equal([]);
        },
      ),
      { numRuns: 30 },
    ));
});
