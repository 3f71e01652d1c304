import { x8664 } from '@vmcorekit/architectures';
import { type Kernel, latin1Bytes, resultOf } from '@vmcorekit/core';
import { type AddressAnswer, btfTypes, whatIs } from '@vmcorekit/linux';
import {
  type BtfTypeSpec,
  buildBtf,
  linearMemory,
  memoryDump,
  SparseMemory,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { addressOf, base, kernelWith, words } from '../system/kernel-with.ts';

/** A page has flags, a link to its head, and a type; a slab lies over it. */
function typesWith(pageEnum: BtfTypeSpec): readonly BtfTypeSpec[] {
  return [
    { kind: 'INT', name: 'long unsigned int', size: 8 },
    { kind: 'INT', name: 'unsigned int', size: 4 },
    { kind: 'INT', name: 'char', size: 1, isSigned: true },
    { kind: 'PTR', type: 3 },
    {
      kind: 'STRUCT',
      name: 'page',
      size: 64,
      members: [
        { name: 'flags', type: 1, offsetInBits: 0 },
        { name: 'compound_head', type: 1, offsetInBits: 64 },
        { name: 'page_type', type: 2, offsetInBits: 48 * 8 },
      ],
    },
    {
      kind: 'STRUCT',
      name: 'slab',
      size: 64,
      members: [{ name: 'slab_cache', type: 7, offsetInBits: 16 * 8 }],
    },
    { kind: 'PTR', type: 8 },
    {
      kind: 'STRUCT',
      name: 'kmem_cache',
      size: 24,
      members: [
        { name: 'size', type: 2, offsetInBits: 0 },
        { name: 'object_size', type: 2, offsetInBits: 32 },
        { name: 'name', type: 4, offsetInBits: 64 },
      ],
    },
    pageEnum,
  ];
}

const directMap = 0xffffffff82010000n;
const vmemmap = 0xffffffff82008000n;

/** Page 2 is the second page of a slab of objects of 96 bytes, called "dentry". */
function slabKernel(pageEnum: BtfTypeSpec, slabMark: { flags: bigint; type: bigint }): Kernel {
  const head = vmemmap + 64n;
  return kernelWith(
    {
      page_offset_base: words(directMap),
      vmemmap_base: words(vmemmap),
      max_pfn: words(16n),
      cache: words(96n | (88n << 32n), addressOf(4)),
      name: latin1Bytes('dentry\0'),
    },
    {
      types: btfTypes(buildBtf({ types: typesWith(pageEnum) }), { wordSizeInBits: 64 }),
      at: {
        [String(head)]: words(slabMark.flags, 0n, addressOf(3), 0n, 0n, 0n, slabMark.type),
        [String(head + 64n)]: words(0n, head + 1n, 0n, 0n, 0n, 0n, 0n),
      },
    },
  );
}

function kinds(kernel: Kernel, address: bigint): Readonly<Record<string, AddressAnswer>> {
  return Object.fromEntries(resultOf(whatIs(kernel, address)).map((each) => [each.kind, each]));
}

describe('what an address is', () => {
  it('is a symbol, and where the page tables lead', () => {
    const kernel = kernelWith({ init_task: words(1n), modules: words(2n) });
    const { symbol, mapping } = kinds(kernel, base + 8n);
    expect(symbol?.text).to.equal('init_task+0x8');
    expect(mapping?.facts).to.deep.include({ physicalAddress: '0x8', state: 'stored' });
    expect(kinds(kernelWith({ gone: null }), base).mapping?.facts).to.include({ state: 'lost' });
  });

  it('is a symbol in the lower half, where the kernel has its image there (s390x)', () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }] });
    const run = { virtualAddress: 0x100000n, physicalAddress: 0, lengthInBytes: 0x1000 };
    const kernel = testKernel({
      dump: memoryDump({ memory, architecture: x8664 }),
      memory: linearMemory(memory, [run]),
      symbols: symbolList({ linux_banner: 0x100010n }),
      runs: [{ ...run, isWritable: false, isExecutable: false }],
    });
    const named = resultOf(whatIs(kernel, 0x100010n)).map(({ kind }) => kind);
    expect(named).to.deep.equal(['symbol', 'mapping']);
  });

  it('is a per-CPU variable of the CPU whose offset leads there', () => {
    const kernel = kernelWith({
      nr_cpu_ids: words(2n),
      __cpu_possible_mask: words(3n),
      __per_cpu_offset: words(0x3000n, 0x4000n),
      __per_cpu_start: words(0n),
      __per_cpu_end: words(0n),
    });
    const start = addressOf(3);
    expect(kinds(kernel, start + 0x4010n)['per-CPU']?.facts).to.deep.include({ cpu: 1 });
    expect(kinds(kernel, start + 0x6010n)).not.to.have.property('per-CPU');
  });

  for (const [since, pageEnum, mark] of [
    [
      'by a flag',
      { kind: 'ENUM', name: 'pageflags', values: { PG_slab: 9n } },
      { flags: 512n, type: 0n },
    ],
    [
      'by the type of the page since Linux 6.11',
      { kind: 'ENUM', name: 'pagetype', values: { PGTY_slab: 0xf5n } },
      { flags: 0n, type: 0xf500_0000n },
    ],
  ] as const) {
    it(`is an object of a slab cache, ${since}`, () => {
      // Object 43 begins before the second page of the slab, and holds its first byte.
      const address = directMap + 0x2000n;
      const { slab, ...others } = kinds(slabKernel(pageEnum, mark), address);
      expect(slab?.facts).to.deep.include({ cache: 'dentry', objectSize: 88, offset: 4096 % 96 });
      expect(slab?.facts.object).to.equal(`0x${(address - BigInt(4096 % 96)).toString(16)}`);
      expect(others['direct map']?.facts).to.deep.include({ physicalAddress: '0x2000', pfn: 2 });
      expect(kinds(slabKernel(pageEnum, { flags: 0n, type: 0n }), address)).not.to.have.property(
        'slab',
      );
    });
  }

  it('is a page of a frame number, with the member', () => {
    const pageEnum: BtfTypeSpec = { kind: 'ENUM', name: 'pageflags', values: { PG_slab: 9n } };
    const { page } = kinds(slabKernel(pageEnum, { flags: 0n, type: 0n }), vmemmap + 64n * 5n + 8n);
    expect(page?.text).to.equal('struct page.compound_head of pfn 0x5');
    expect(page?.facts).to.deep.equal({ pfn: 5, physicalAddress: '0x5000' });
  });

  it('is answered for every address, whatever the memory holds', () => {
    const pageEnum: BtfTypeSpec = { kind: 'ENUM', name: 'pageflags', values: { PG_slab: 9n } };
    const address = fc.oneof(
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      fc.bigInt({ min: base, max: base + 0x20000n }),
    );
    fc.assert(
      fc.property(address, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (at, word) => {
        const kernel = slabKernel(pageEnum, { flags: word, type: word & 0xffff_ffffn });
        expect(resultOf(whatIs(kernel, at))).to.be.an('array');
      }),
      { numRuns: 100 },
    );
  });
});
