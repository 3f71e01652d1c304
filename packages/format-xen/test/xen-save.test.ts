import { plugin as architectures } from '@vmcorekit/architectures';
import { BufferSource, type ByteSource } from '@vmcorekit/core';
import { XenSaveFormat } from '@vmcorekit/format-xen';
import {
  buildXenSave,
  describeFormat,
  headOf,
  propertyRuns,
  type XenRecord,
  xenEnd,
  xenGuestContext,
  xenHvmContext,
  xenPageData,
  xenPvInfo,
  xenVcpuBasic,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf, firstBytes, openSave, page, pageOf } from './opened.ts';

const pinned = 9;
const notThere = 15;
/** What a PV domain has after its pages. */
const ending: readonly XenRecord[] = [
  xenPvInfo(8),
  xenVcpuBasic(0, xenGuestContext({ rip: 0xffffffff81000000n })),
  xenEnd,
];
const records: readonly XenRecord[] = [
  { type: 0x11, body: new Uint8Array(12) },
  { type: 0x10, body: new Uint8Array(0) },
  xenPvInfo(8),
  xenPageData([
    { pfn: 0, bytes: pageOf(1) },
    { pfn: 1, type: pinned, bytes: pageOf(2) },
    { pfn: 2, bytes: pageOf(3) },
  ]),
  xenPageData([
    { pfn: 9, type: notThere },
    { pfn: 0x100000, bytes: pageOf(4) },
  ]),
  xenVcpuBasic(0, xenGuestContext({ rip: 0xffffffff81000000n })),
  xenEnd,
];
const save = buildXenSave({ records });

async function damageOf(bytes: Uint8Array | ByteSource): Promise<string[]> {
  using image = await openSave(bytes);
  return image.damage.map(({ name, detail }) => `${name}: ${detail}`);
}

describe('Xen saves', () => {
  describeFormat(new XenSaveFormat(), {
    architectures: architectures.architectures ?? [],
    cases: [
      {
        title: 'of a PV domain',
        files: [save],
        holds: [
          { address: 0, bytes: Buffer.concat([pageOf(1), pageOf(2), pageOf(3)]) },
          { address: 0x100000 * page, bytes: pageOf(4) },
        ],
      },
    ],
  });

  it('are claimed by their header', () => {
    const claim = new XenSaveFormat().probe(headOf(save));
    expect(claim?.because).to.equal("the header 'Xen saved domain, xl format'");
  });

  it('have page tables that hold page numbers, and name their machine', async () => {
    using image = await openSave(save);
    expect([image.tableFrames, image.architecture, image.damage]).to.deep.equal([
      undefined,
      'x86_64',
      [],
    ]);
    expect(image.header.get('xen_minor')).to.equal(17);
  });

  it('hold of a page that was sent again the last, and none that is no longer there', async () => {
    using image = await openSave(
      buildXenSave({
        records: [
          xenPageData([0, 1, 2, 3].map((pfn) => ({ pfn, bytes: pageOf(pfn) }))),
          xenPageData([
            { pfn: 1, bytes: pageOf(21) },
            { pfn: 2, type: notThere },
            { pfn: 4, type: notThere },
          ]),
          xenPageData([{ pfn: 4, bytes: pageOf(24) }]),
          ...ending,
        ],
      }),
    );
    expect(firstBytes(image, [0, 1, 2, 3, 4])).to.deep.equal([
      pageOf(0)[0],
      pageOf(21)[0],
      'absent',
      pageOf(3)[0],
      pageOf(24)[0],
    ]);
  });

  it('that end within a page lose it and what follows, and say where', async () => {
    const pageAt = save.length - buildXenSave({ records: records.slice(4) }).length;
    expect(pageAt).to.be.above(0);
    const end = save.length - 8 - 5184 - page / 2;
    using image = await openSave(save.subarray(0, end));
    expect(firstBytes(image, [0, 1, 2])).to.deep.equal([1, 2, 3].map((seed) => pageOf(seed)[0]));
    expect(image.memory.pageState(0x100000)).to.equal('partial');
    expect(image.damage.map(({ name, fileOffset }) => [name, fileOffset])).to.deep.equal([
      ['stream-broken', save.length - 8 - 5184],
      ['file-truncated', end],
    ]);
  });

  it('without an end are broken there, and the rest is read', async () => {
    const bytes = buildXenSave({ records: records.slice(0, -1) });
    expect(await damageOf(bytes)).to.deep.equal([
      `stream-broken: the save cannot be read from 0x${bytes.length.toString(16)} on, and has no end before it: record of a Xen save at 0x${bytes.length.toString(16)}: wanted 8 bytes, got 0: the file ends there (${bytes.length} bytes)`,
    ]);
  });

  // A tail of zeros was taken for the end: `certain`, `sound`, and half of the memory gone.
  describe('whose tail became zeros are broken there', () => {
    const last = xenPageData([7, 8, 9].map((pfn) => ({ pfn, bytes: pageOf(pfn) })));
    const whole = buildXenSave({ records: [...records.slice(0, 4), last, ...ending] });
    const zeroedFrom = (at: number): Uint8Array => whole.slice().fill(0, at);
    const placeOf = (seed: number): number => Buffer.from(whole).indexOf(pageOf(seed));
    for (const [where, at, held] of [
      ['after a record', placeOf(9) + page, ['stored', 'stored', 'stored']],
      ['between pages', placeOf(9), ['stored', 'stored', 'absent']],
      ['within a page', placeOf(8) + 99, ['stored', 'absent', 'absent']],
      ['within the list of pages', placeOf(7) - 16, ['absent', 'absent', 'absent']],
      ['before the list of pages', placeOf(7) - 32, ['absent', 'absent', 'absent']],
    ] as const) {
      it(where, async () => {
        using image = await openSave(zeroedFrom(at));
        expect(image.damage.map(({ name, loses }) => [name, loses])).to.deep.equal([
          ['stream-broken', 'memory'],
        ]);
        expect([7, 8, 9].map((pfn) => image.memory.pageState(pfn))).to.deep.equal(held);
        expect(firstBytes(image, [0])).to.deep.equal([pageOf(1)[0]]);
      });
    }

    it('within the CPUs', async () => {
      const more = Buffer.concat([zeroedFrom(whole.length - 2000), new Uint8Array(100)]);
      expect((await damageOf(more)).join()).to.match(/^stream-broken: .*END of length 0/);
    });
  });

  it('have before their end what a domain of their type has', async () => {
    const first = xenPageData([{ pfn: 0, bytes: pageOf(1) }]);
    for (const [domainType, some, wanted] of [
      [1, [first, xenEnd], /^stream-broken: .*X86_PV_INFO before END/],
      [1, [first, xenPvInfo(8), xenEnd], /^stream-broken: .*X86_PV_VCPU_BASIC before END/],
      [2, [first, xenEnd], /^stream-broken: .*HVM_CONTEXT before END/],
      [2, [first, xenHvmContext([{}]), xenEnd], /^$/],
    ] as const) {
      const file = buildXenSave({ domainType, records: some });
      expect((await damageOf(file)).join()).to.match(wanted);
    }
  });

  it('may have records of libxl after the domain, and nothing else', async () => {
    const after = (...extra: XenRecord[]) => buildXenSave({ records: [...records, ...extra] });
    const emulator = { type: 2, body: new Uint8Array(20) };
    expect(await damageOf(after(xenEnd))).to.deep.equal([]);
    expect(await damageOf(after(emulator, xenEnd))).to.deep.equal([]);
    for (const extra of [{ type: 9, body: new Uint8Array(8) }, xenEnd]) {
      const [broken] = await damageOf(after(extra, xenEnd));
      expect(broken).to.match(/^stream-broken: .*END of length 0, and then a record of libxl/);
    }
  });

  it('end at no record of zeros that a container lost', async () => {
    const source = new BufferSource(save, 'save');
    const end = { offset: save.length - 8, lengthInBytes: 8 };
    const value = (at: number, length: number) => (at + length > end.offset ? [end] : []);
    Object.defineProperty(source, 'lostRanges', { value });
    expect((await damageOf(source)).join()).to.match(/stream-broken.*lost bytes/);
  });

  it('lose the pages of a record whose list is lost, and take none for page 0', async () => {
    const bytes = buildXenSave({
      records: [...records.slice(0, 4), xenPageData([{ pfn: 7, bytes: pageOf(7) }]), ...ending],
    });
    const gap = { offset: Buffer.from(bytes).indexOf(pageOf(7)) - 8, lengthInBytes: 8 };
    bytes.fill(0, gap.offset, gap.offset + 8);
    const source = new BufferSource(bytes, 'save');
    const value = (at: number, length: number) =>
      at < gap.offset + 8 && at + length > gap.offset ? [gap] : [];
    Object.defineProperty(source, 'lostRanges', { value });
    using image = await openSave(source);
    expect(firstBytes(image, [0, 7])).to.deep.equal([pageOf(1)[0], 'absent']);
    expect(image.damage.map(({ name, fileOffset }) => [name, fileOffset])).to.deep.equal([
      ['page-list-lost', gap.offset],
    ]);
  });

  it('with counts that lie are read up to there', async () => {
    const lies: readonly (readonly [XenRecord, RegExp])[] = [
      [xenPageData([{ pfn: 7, bytes: pageOf(7) }], 0), /count is 0x0, wanted 1 to 65536 pages/],
      [xenPageData([{ pfn: 7, bytes: pageOf(7) }], 0xffffffff), /count is 0xffffffff/],
      [xenPageData([{ pfn: 7, bytes: pageOf(7) }], 2), /body_length is 0x1010, wanted .*of 2/],
      [
        { ...xenPageData([{ pfn: 7, bytes: pageOf(7) }]), length: 99 },
        /body_length is 0x63, wanted 4112/,
      ],
      [{ type: 0x7f, body: new Uint8Array(8) }, /type is 0x7f/],
      [xenVcpuBasic(70_000, xenGuestContext({})), /vcpu_id is 0x11170, wanted below 8192/],
      [xenVcpuBasic(0, new Uint8Array(16)), /body_length is 0x10, wanted 5168 or 2800/],
    ];
    for (const [lie, wanted] of lies) {
      const bytes = buildXenSave({ records: [...records.slice(0, 4), lie, xenEnd] });
      expect((await damageOf(bytes)).join()).to.match(wanted);
      using image = await openSave(bytes);
      expect(firstBytes(image, [0, 7])).to.deep.equal([pageOf(1)[0], 'absent']);
    }
  });

  it('report page numbers that no machine has', async () => {
    const bytes = buildXenSave({
      records: [
        xenPageData([
          { pfn: 2n ** 40n, bytes: pageOf(1) },
          { pfn: 1, bytes: pageOf(2) },
        ]),
        ...ending,
      ],
    });
    expect((await damageOf(bytes)).join()).to.match(/^page-number-bad: the save has 1 page number/);
  });

  it('are refused where a header lies, or no page is there', async () => {
    const lies = [
      [{ byteOrderMark: 0x04030201 }, /^malformed.*byteorder.*little-endian/],
      [{ mandatoryFlags: 1 }, /^unsupported: a save of Xen before 4.6/],
      [{ configurationSize: 2 ** 31 }, /^malformed.*optional_data_len is 0x80000000/],
      [{ configurationSize: 90_000 }, /^truncated.*configuration/],
      [{ libxlVersion: 1 }, /^malformed.*LibxlFmt/],
      [{ libxcVersion: 9 }, /^malformed.*version is 0x9, wanted version 2 or 3/],
      [{ pageShift: 40 }, /^malformed.*page_shift is 0x28, wanted 12/],
      [{ records: [xenEnd] }, /^unsupported: a Xen save without a page/],
    ] as const;
    for (const [lie, wanted] of lies) {
      expect(await failureOf(openSave(buildXenSave({ records, ...lie })))).to.match(wanted);
    }
  });

  it('may have other records of libxl before the domain', async () => {
    const recordsBefore = [{ type: 2, body: new Uint8Array(20) }];
    using image = await openSave(buildXenSave({ records, recordsBefore }));
    expect(firstBytes(image, [0])).to.deep.equal([pageOf(1)[0]]);
  });

  it('hold what the last record of each page says, whatever the order', async () => {
    const entry = fc.record({ pfn: fc.integer({ min: 0, max: 30 }), isThere: fc.boolean() });
    const batches = fc.array(fc.array(entry, { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(batches, async (sent) => {
        const expected = new Map<number, Uint8Array | null>([[40, pageOf(40)]]);
        let seed = 0;
        const saved = sent.map((batch) =>
          xenPageData(
            batch.map(({ pfn, isThere }) => {
              const bytes = pageOf(++seed);
              expected.set(pfn, isThere ? bytes : null);
              return isThere ? { pfn, bytes } : { pfn, type: notThere };
            }),
          ),
        );
        const first = xenPageData([{ pfn: 40, bytes: pageOf(40) }]);
        using image = await openSave(buildXenSave({ records: [first, ...saved, ...ending] }));
        for (let pfn = 0; pfn <= 40; pfn++) {
          const bytes = expected.get(pfn) ?? null;
          expect(image.memory.pageState(pfn)).to.equal(bytes === null ? 'absent' : 'stored');
          if (bytes !== null) {
            expect(image.memory.read(pfn * page, page)).to.deep.equal(bytes);
          }
        }
      }),
      { numRuns: propertyRuns(40) },
    );
  });
});
