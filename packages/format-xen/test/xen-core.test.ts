import { plugin as architectures } from '@vmcorekit/architectures';
import { BufferSource, type DumpImage } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import { XenCoreFormat } from '@vmcorekit/format-xen';
import {
  buildXenCore,
  describeFormat,
  headOf,
  propertyRuns,
  type XenCorePage,
  xenGuestContext,
  xenInKernel,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { cpusOf, failureOf, firstBytes, openCore, page, pageOf } from './opened.ts';

const invalid = 2n ** 64n - 1n;
const pages: readonly XenCorePage[] = [
  { pfn: 0, gmfn: 0x1700, bytes: pageOf(1) },
  { pfn: 1, gmfn: 0x1701, bytes: pageOf(2) },
  { pfn: 5, gmfn: 0x90, bytes: pageOf(3) },
];
const context = xenGuestContext(
  { rip: 0xffffffff81a043a5n, rsp: 0xffffffff82a03e58n, cs: 0xe033n, cr0: 0x80050033n },
  { flags: xenInKernel },
);
const paravirtual = buildXenCore({ pages, prstatus: [context] });
const hvm = buildXenCore({ pages, isParavirtual: false, prstatus: [new Uint8Array(5168)] });

describe('Xen cores', () => {
  const holds = [
    { address: 0, bytes: Buffer.concat([pageOf(1), pageOf(2)]) },
    { address: 5 * page, bytes: pageOf(3) },
  ];
  describeFormat(new XenCoreFormat(), {
    architectures: architectures.architectures ?? [],
    cases: [
      { title: 'of a PV domain', files: [paravirtual], holds },
      { title: 'of an HVM domain', files: [hvm], holds },
    ],
  });

  it('are claimed before ELF files, by a note or by the name of a section', () => {
    const probe = (bytes: Uint8Array) => new XenCoreFormat().probe(headOf(bytes));
    expect(probe(paravirtual)).to.deep.equal({
      because: 'an ELF core without program headers, with a Xen note',
      strength: 'signature',
    });
    expect(probe(buildXenCore({ pages, without: ['.note.Xen'] }))?.because).to.equal(
      'an ELF core without program headers, with a section .xen_pages',
    );
    expect(new ElfFormat().probe(headOf(paravirtual))?.strength).to.equal('name-only');
    expect(probe(new Uint8Array(100))).to.equal(undefined);
  });

  it('of PV domains translate the frames in page tables, in both directions', async () => {
    using image = await openCore(paravirtual);
    const frames = image.tableFrames;
    expect([0x1700, 0x1701, 0x1702, 0x90, 0].map((frame) => frames?.pageOf(frame))).to.deep.equal([
      0,
      1,
      undefined,
      5,
      undefined,
    ]);
    expect([0, 1, 2, 5].map((each) => frames?.frameOf(each))).to.deep.equal([
      0x1700,
      0x1701,
      undefined,
      0x90,
    ]);
    expect([...(frames?.runsWithin(0, 0x1701) ?? [])]).to.deep.equal([
      { frame: 0x90, page: 5, count: 1 },
      { frame: 0x1700, page: 0, count: 1 },
    ]);
  });

  it('of HVM domains have page tables that hold their own page numbers', async () => {
    using image = await openCore(hvm);
    expect(image.tableFrames).to.equal(undefined);
    expect(image.header.get('xch_magic')).to.equal(0xf00febeen);
  });

  it('give the CPUs, with no registers where Xen gave none', async () => {
    using image = await openCore(paravirtual);
    const [cpu] = cpusOf(image);
    expect([image.architecture, cpu?.get('rip'), cpu?.get('rsp')]).to.deep.equal([
      'x86_64',
      0xffffffff81a043a5n,
      0xffffffff82a03e58n,
    ]);
    using empty = await openCore(hvm);
    expect(cpusOf(empty).map((registers) => registers.size)).to.deep.equal([0]);
  });

  it('leave out the pages of entries that are -1, as Xen pads a list', async () => {
    const padding = { pfn: invalid, gmfn: invalid, bytes: new Uint8Array(page) };
    for (const isParavirtual of [true, false]) {
      using image = await openCore(
        buildXenCore({ isParavirtual, pages: [...pages, padding, padding] }),
      );
      expect(firstBytes(image, [0, 1, 2])).to.deep.equal([pageOf(1)[0], pageOf(2)[0], 'absent']);
      expect(image.damage).to.deep.equal([]);
    }
  });

  // All were `sound`, and memory or registers were gone.
  describe('are damaged where they list', () => {
    const unnamed = { pfn: invalid, gmfn: invalid, bytes: pageOf(4) };
    const zeros = { pfn: 0, gmfn: 0, bytes: pageOf(4) };
    for (const [what, listed, wanted] of [
      [
        'entries of -1 within the list',
        [{ ...unnamed, bytes: new Uint8Array(page) }, ...pages],
        ['pages-unnamed: 1 of 4 entries of the list are -1, and no padding'],
      ],
      [
        'no page at all',
        pages.map(({ bytes }) => ({ ...unnamed, bytes })),
        ['pages-unnamed: 3 of 3 entries of the list are -1, and no padding'],
      ],
      [
        'zeros',
        [...pages, zeros, zeros],
        [
          'pages-repeated: 2 of 5 entries of the list repeat a page, the first page 0x0: the first entry of each counts, and pages are missing',
          'frames-repeated: 1 of 5 entries of the list repeat a machine frame, the first frame 0x0: the first entry of each counts',
        ],
      ],
      [
        'a page twice',
        [...pages, { pfn: 5, gmfn: 0x91, bytes: pageOf(4) }],
        [
          'pages-repeated: 1 of 4 entries of the list repeat a page, the first page 0x5: the first entry of each counts, and pages are missing',
        ],
      ],
      [
        'a machine frame twice',
        [...pages, { pfn: 6, gmfn: 0x1701, bytes: pageOf(4) }],
        [
          'frames-repeated: 1 of 4 entries of the list repeat a machine frame, the first frame 0x1701: the first entry of each counts',
        ],
      ],
    ] as const) {
      it(what, async () => {
        using image = await openCore(buildXenCore({ pages: listed }));
        expect(image.damage.map(({ name, detail }) => `${name}: ${detail}`)).to.deep.equal(wanted);
        expect(image.damage.map(({ loses }) => loses)).to.deep.equal(wanted.map(() => 'memory'));
      });
    }

    it('other CPUs than their header', async () => {
      for (const [prstatus, xch_nr_vcpus, size] of [
        [[context.subarray(0, 100)], 2, 100],
        [[context], 2, 5168],
        [[context], 0, 5168],
        [[], 1, 0],
      ] as const) {
        using image = await openCore(buildXenCore({ pages, prstatus, xch_nr_vcpus }));
        expect(image.damage.map(({ name, loses, detail }) => [name, loses, detail])).to.deep.equal([
          [
            'cpus-disagree',
            'notes',
            `.xen_prstatus has ${size} bytes, and ${xch_nr_vcpus} CPUs take ${5168 * xch_nr_vcpus} or ${2800 * xch_nr_vcpus}: the registers are not read`,
          ],
        ]);
      }
    });
  });

  it('report page numbers that no machine has, and read the rest', async () => {
    using image = await openCore(
      buildXenCore({
        pages: [
          { pfn: 2n ** 40n, gmfn: 1, bytes: pageOf(1) },
          { pfn: 1, gmfn: 2n ** 50n, bytes: pageOf(2) },
          { pfn: 2, gmfn: 3, bytes: pageOf(3) },
        ],
      }),
    );
    expect(
      image.damage.map(({ name, detail }) => [name, /has 2 page numbers/.test(detail)]),
    ).to.deep.equal([['page-number-bad', true]]);
    expect(firstBytes(image, [2])).to.deep.equal([pageOf(3)[0]]);
  });

  it('lose the pages whose entries a container lost, and take none for page 0', async () => {
    const bytes = paravirtual.slice();
    const source = new BufferSource(bytes, 'core');
    const list = Buffer.from(bytes).indexOf(Buffer.from(new BigUint64Array([1n, 0x1701n]).buffer));
    const gap = { offset: list, lengthInBytes: 16 };
    const value = (at: number, length: number) => (at <= list && at + length > list ? [gap] : []);
    Object.defineProperty(source, 'lostRanges', { value });
    bytes.fill(0, list, list + 16);
    using image = await openCore(source);
    expect(firstBytes(image, [0, 1, 5])).to.deep.equal([pageOf(1)[0], 'absent', pageOf(3)[0]]);
    expect(image.damage.map(({ name, fileOffset }) => [name, fileOffset])).to.deep.equal([
      ['page-list-lost', list],
    ]);
    expect(image.tableFrames?.pageOf(0)).to.equal(undefined);
  });

  it('report a list that is shorter than the pages, or than the header says', async () => {
    using image = await openCore(buildXenCore({ pages, xch_nr_pages: 9 }));
    expect(image.damage.map(({ name, detail }) => `${name}: ${detail}`)).to.deep.equal([
      'pages-disagree: the list has 3 pages, .xen_pages has room for 3, the header says 9',
    ]);
  });

  // A disk that was full ended such a file, and it was refused.
  describe('that are cut', () => {
    const listAt = Buffer.from(paravirtual).indexOf(
      Buffer.from(new BigUint64Array([0n, 0x1700n, 1n]).buffer),
    );
    const summary = (image: DumpImage): unknown =>
      image.damage.map(({ name, loses }) => `${name}: ${loses}`);

    it('before the names of sections hold all memory', async () => {
      for (const file of [paravirtual, hvm]) {
        using image = await openCore(file.subarray(0, file.length - 1));
        expect(firstBytes(image, [0, 1, 5])).to.deep.equal([1, 2, 3].map((at) => pageOf(at)[0]));
        expect(cpusOf(image)).to.have.length(1);
        expect(summary(image)).to.deep.equal(['file-truncated: nothing']);
      }
    });

    it('within the list hold the pages that it still names', async () => {
      using image = await openCore(paravirtual.subarray(0, listAt + 2 * 16 + 15));
      expect(firstBytes(image, [0, 1, 5])).to.deep.equal([pageOf(1)[0], pageOf(2)[0], 'absent']);
      expect(summary(image)).to.deep.equal(['file-truncated: nothing', 'page-list-cut: memory']);
      expect(image.damage[1]?.detail).to.include('1 of 3 pages have no address');
    });

    it('within their pages hold the CPUs, and no memory', async () => {
      using image = await openCore(paravirtual.subarray(0, listAt - page - 1));
      expect(image.memory.ranges).to.deep.equal([]);
      expect(cpusOf(image)[0]?.get('rip')).to.equal(0xffffffff81a043a5n);
      expect(image.damage[1]?.detail).to.include(
        'none of the 1 pages before that has an address, because Xen',
      );
    });

    it('before their pages are truncated', async () => {
      const failure = await failureOf(openCore(paravirtual.subarray(0, 600)));
      expect(failure).to.match(/^truncated: .*: wanted \d+ bytes, got \d+/);
    });
  });

  it('are refused where the header lies', async () => {
    const lies = [
      [{ xch_magic: 1n }, /xch_magic is 0x1, wanted 0xf00febed or/],
      [{ xch_nr_vcpus: 9000 }, /xch_nr_vcpus is 0x2328, wanted at most 8192/],
      [{ xch_page_size: 0 }, /xch_page_size is 0x0, wanted 4096/],
      [{ without: ['.note.Xen'] }, /one that is called \.note\.Xen/],
      [{ without: ['.xen_p2m'] }, /one that is called \.xen_p2m/],
      [{ without: ['.xen_pages'] }, /one that is called \.xen_pages/],
    ] as const;
    for (const [lie, wanted] of lies) {
      expect(await failureOf(openCore(buildXenCore({ pages, ...lie })))).to.match(wanted);
    }
  });

  it('hold every page at its number, whatever the order of the list', async () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(numbers, numbers, fc.boolean(), async (pfns, frames, isParavirtual) => {
        const listed = pfns.map((pfn, index) => ({
          pfn,
          gmfn: frames[index] ?? 100 + index,
          bytes: pageOf(pfn),
        }));
        using image = await openCore(buildXenCore({ pages: listed, isParavirtual }));
        for (const { pfn, gmfn, bytes } of listed) {
          expect(image.memory.read(pfn * page, page)).to.deep.equal(bytes);
          expect(image.tableFrames?.pageOf(gmfn)).to.equal(isParavirtual ? pfn : undefined);
          expect(image.tableFrames?.frameOf(pfn)).to.equal(isParavirtual ? gmfn : undefined);
        }
        const absent = Array.from({ length: 62 }, (_, pfn) => pfn).filter(
          (pfn) => !pfns.includes(pfn),
        );
        expect(new Set(firstBytes(image, absent))).to.deep.equal(new Set(['absent']));
      }),
      { numRuns: propertyRuns(40) },
    );
  });
});
