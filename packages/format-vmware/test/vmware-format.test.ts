import { plugin as architectures } from '@vmcorekit/architectures';
import {
  ArchitectureTable,
  BufferSource,
  type ByteSource,
  type DumpImage,
  isVmcorekitError,
} from '@vmcorekit/core';
import { VmwareFormat } from '@vmcorekit/format-vmware';
import {
  buildVmss,
  describeFormat,
  headOf,
  openContext,
  openFormat,
  propertyRuns,
  type VmssTag,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const page = 0x1000;
const memory = Uint8Array.from(
  { length: 6 * page },
  (_, index) => (index * 7 + (index >> 8)) & 0xff,
);
const table = new ArchitectureTable(architectures.architectures ?? []);

function number(name: string, value: number | bigint, ...indices: readonly number[]): VmssTag {
  return { name, value, indices, size: 4 };
}

function register(name: string, value: bigint, ...indices: readonly number[]): VmssTag {
  return { name, value, indices, size: 8 };
}

const regions: readonly VmssTag[] = [
  number('align_mask', 0xffff),
  number('regionsCount', 2),
  ...[
    [0, 0, 2],
    [2, 0x100000, 4],
  ].flatMap(([pageNumber = 0, ppn = 0, pages = 0], index) => [
    number('regionPageNum', pageNumber, index),
    number('regionPPN', ppn, index),
    number('regionSize', pages, index),
  ]),
];
const cpus: readonly VmssTag[] = [
  number('cpu:numVCPUs', 2),
  register('rip', 0xffffffff81000000n, 0),
  register('rax', 7n, 0),
  register('CR64', 0x80050033n, 0, 0),
  register('CR64', 0x2a10000n, 0, 3),
  register('CR64', 0x6f0n, 0, 4),
  number('IDTR', 0x00000000, 0, 1),
  number('IDTR', 0xfffffe00, 0, 2),
  { name: 'S', indices: [0, 1], value: 0x10, size: 2 },
  register('S.base64', 0xffff88800000n, 0, 5),
  number('EFLAGS', 0x246, 0),
  { name: 'gpregs', indices: [1], block: words(1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n) },
  { name: 'CR64', indices: [1], block: words(0x80050033n, 0n, 0n, 0x3000n) },
  { name: 'IDTR', indices: [1], bytes: Uint8Array.of(0xff, 0x0f, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff) },
];

function words(...values: readonly bigint[]): Uint8Array {
  return new Uint8Array(new BigUint64Array(values).buffer);
}

const withInside = buildVmss([
  { name: 'Checkpoint', tags: [] },
  {
    name: 'memory',
    tags: [...regions, { name: 'Memory', indices: [0, 0], padding: 5, block: memory }],
  },
  { name: 'cpu', tags: cpus },
]);
const withBeside = buildVmss([
  { name: 'cpu', tags: cpus },
  { name: 'memory', tags: regions },
]);

function open(state: Uint8Array, vmem?: Uint8Array | ByteSource): Promise<DumpImage> {
  const context = openContext({
    architectures: table,
    companion: async (name) =>
      name !== 'guest.vmem' || vmem === undefined
        ? undefined
        : vmem instanceof Uint8Array
          ? new BufferSource(vmem, name)
          : vmem,
  });
  return openFormat(new VmwareFormat(), [new BufferSource(state, 'a/folder/guest.vmss')], context);
}

const holds = [
  { address: 0, bytes: memory.subarray(0, 2 * page) },
  { address: 0x100000000, bytes: memory.subarray(2 * page) },
];

describe('VMware states', () => {
  describeFormat(new VmwareFormat(), {
    architectures: architectures.architectures ?? [],
    cases: [
      { title: 'with the memory inside', files: [withInside], holds },
      {
        title: 'with the memory beside',
        files: [withBeside],
        companions: { 'buffer.vmem': memory },
        holds,
      },
    ],
  });

  it('are claimed by their magic numbers', () => {
    const claim = (magic: number) => new VmwareFormat().probe(headOf(buildVmss([], { magic })));
    expect(claim(0xbed2bed2)?.because).to.equal('VMware’s magic number 0xbed2bed2');
    expect(claim(0xbad1bad1)?.strength).to.equal('signature');
    expect(claim(0x12345678)).to.equal(undefined);
  });

  for (const [what, state, vmem] of [
    ['inside', withInside, undefined],
    ['beside', withBeside, memory],
  ] as const) {
    it(`give the registers of their CPUs by name, with the memory ${what}`, async () => {
      using image = await open(state, vmem);
      expect(image.architecture).to.equal('x86_64');
      const [first, second] = image.cpus?.(table.ofUtsname('x86_64') ?? null) ?? [];
      expect(Object.fromEntries(first?.registers ?? [])).to.deep.equal({
        rip: 0xffffffff81000000n,
        rax: 7n,
        cr0: 0x80050033n,
        cr3: 0x2a10000n,
        cr4: 0x6f0n,
        idt_base: 0xfffffe0000000000n,
        cs: 0x10n,
        gs_base: 0xffff88800000n,
        rflags: 0x246n,
      });
      expect(second?.registers.get('rbx')).to.equal(4n);
      expect(second?.registers.get('rbp')).to.equal(5n);
      expect(second?.registers.get('cr3')).to.equal(0x3000n);
      expect(second?.registers.get('idt_base')).to.equal(0xfffffe0000000000n);
      expect(image.facts?.origins).to.have.nested.property('[0].who', 'vmware');
    });
  }

  it('of a 32-bit machine name their registers as that does', async () => {
    const tags = [number('IDTR', 0xc1234000, 0, 1), register('rip', 0xc1000000n, 0)];
    using image = await open(buildVmss([{ name: 'cpu', tags }]), memory);
    expect(image.architecture).to.equal('i386');
    const [cpu] = image.cpus?.(table.ofUtsname('i686') ?? null) ?? [];
    expect(cpu?.registers.get('eip')).to.equal(0xc1000000n);
  });

  it('without regions have the memory after 3 GiB at 4 GiB, which is assumed', async () => {
    const vmem: ByteSource = {
      name: 'guest.vmem',
      sizeInBytes: 0xc0000000 + page,
      readInto: (_, target) => target.length,
      [Symbol.dispose]: () => {},
    };
    using image = await open(
      buildVmss([{ name: 'memory', tags: [number('regionsCount', 0)] }]),
      vmem,
    );
    expect(image.memory.ranges).to.deep.equal([
      { start: 0, end: 0xc0000000 },
      { start: 0x100000000, end: 0x100001000 },
    ]);
    expect(image.damage.map(({ name }) => name)).to.deep.equal(['memory-layout-assumed']);
    expect('cpus' in image).to.equal(false);
    expect(image.architecture).to.equal(null);
  });

  it('with regions that overlap give the first, and say so', async () => {
    const overlapping = [
      [0, 0, 4],
      [4, 3, 2],
    ].flatMap(([pageNumber = 0, ppn = 0, pages = 0], index) => [
      number('regionPageNum', pageNumber, index),
      number('regionPPN', ppn, index),
      number('regionSize', pages, index),
    ]);
    const tags = [number('regionsCount', 2), ...overlapping];
    using image = await open(buildVmss([{ name: 'memory', tags }]), memory);
    expect(image.memory.read(3 * page, page)).to.deep.equal(memory.slice(3 * page, 4 * page));
    expect(image.memory.read(4 * page, page)).to.deep.equal(memory.slice(5 * page));
    expect(image.damage.map(({ name, detail }) => [name, detail])).to.deep.equal([
      [
        'ranges-overlap',
        '1 region of 2 overlap others, first at 0x3000; for each byte the first region in the file counts',
      ],
    ]);
  });

  it('whose memory is cut say so', async () => {
    using image = await open(withBeside, memory.subarray(0, 3 * page));
    expect(image.memory.pageState(0x100000)).to.equal('stored');
    expect(image.memory.pageState(0x100001)).to.equal('corrupt');
    expect(image.damage.map(({ name }) => name)).to.deep.equal(['file-truncated']);
  });

  it('whose group of CPUs is cut still give the memory', async () => {
    const state = buildVmss([
      { name: 'memory', tags: regions },
      { name: 'cpu', tags: cpus },
    ]);
    using image = await open(state.subarray(0, state.length - 40), memory);
    expect(image.memory.read(0, page)).to.deep.equal(memory.slice(0, page));
    expect(image.damage.map(({ name, loses }) => `${name} ${loses}`)).to.deep.equal([
      'state-damaged notes',
    ]);
  });

  for (const [what, state, message] of [
    [
      'without its memory',
      withBeside,
      'guest.vmss without its memory: put guest.vmem beside it, by that name',
    ],
    [
      'that holds its memory compressed',
      buildVmss([{ name: 'memory', tags: [{ name: 'Memory', block: memory, unpackedSize: 9 }] }]),
      'which holds its memory compressed: ',
    ],
    ['of an old VMware', buildVmss([], { magic: 0xbed0bed0 }), 'with positions of 32 bits: '],
    [
      'with more regions than any machine',
      buildVmss([{ name: 'memory', tags: [number('regionsCount', 0xffffffff)] }]),
      'regionsCount is 0xffffffff, wanted at most 4096',
    ],
  ] as const) {
    it(`are refused ${what}`, async () => {
      const error: unknown = await open(state).catch((thrown: unknown) => thrown);
      expect(isVmcorekitError(error)).to.equal(true);
      expect(String(error)).to.include(message);
    });
  }

  it('that are damaged anywhere end in a result or an error of the library', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(withBeside.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (at, bytes) => {
          const state = withBeside.slice();
          state.set(bytes.subarray(0, state.length - at), at);
          try {
            using image = await open(state, memory);
            image.cpus?.(null);
            for (const { start, end } of image.memory.ranges) {
              expect(end).to.be.above(start);
            }
          } catch (error) {
            expect(isVmcorekitError(error), String(error)).to.equal(true);
          }
        },
      ),
      { numRuns: propertyRuns(200) },
    ));
});
