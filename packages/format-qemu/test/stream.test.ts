import { deflateSync } from 'node:zlib';
import { zlibPako } from '@vmcorekit/compressors';
import { BufferSink, BufferSource, resultOf } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import { KdumpFormat } from '@vmcorekit/format-kdump';
import { QemuStreamFormat } from '@vmcorekit/format-qemu';
import {
  buildQemuStream,
  describeFormat,
  type QemuStreamSpec,
  qemuArm64Cpu,
  qemuCpu,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { block, namesOf, opened, page, toolkit } from './opened.ts';
import { pattern } from './pattern.ts';

const format = new QemuStreamFormat();
const size = 0x8000;
const registers = {
  rip: 0xffffffff81000000n,
  rsp: 0xffff888000001000n,
  cr0: 0x80050033n,
  cr3: 0x2000n,
  cr4: 0x6b0n,
  efer: 0xd01n,
};
const plain: QemuStreamSpec = {
  blocks: [
    { name: block, sizeInBytes: size },
    { name: 'pc.bios', sizeInBytes: 0x1000 },
  ],
  parts: [
    [page(0, 1), page(0x1000, 2), { block, offset: 0x2000, fill: 0 }],
    [
      { block, offset: 0x3000, fill: 7 },
      { block: 'pc.bios', offset: 0, fill: 0 },
      page(0x4000, 3),
      { block, offset: 0x5000, fill: 0 },
      { block, offset: 0x6000, fill: 0 },
      { block, offset: 0x7000, fill: 0 },
    ],
  ],
  devices: [qemuCpu(0, registers), qemuCpu(1, { ...registers, rip: 5n })],
};
const holds = [
  { address: 0, bytes: pattern(1) },
  { address: 0x1000, bytes: pattern(2) },
  { address: 0x2000, bytes: new Uint8Array(0x1000) },
  { address: 0x3000, bytes: new Uint8Array(0x1000).fill(7) },
  { address: 0x4000, bytes: pattern(3) },
];
const mapped: QemuStreamSpec = {
  ...plain,
  capabilities: ['mapped-ram'],
  parts: [[page(0, 1), page(0x1000, 2), page(0x4000, 3)]],
  mappedAt: [
    { bitmapAt: 0x400, pagesAt: 0x1000 },
    { bitmapAt: 0x9100, pagesAt: 0xa000 },
  ],
};

describeFormat(format, {
  compressors: [zlibPako],
  cases: [
    { title: 'pages and fills', files: [buildQemuStream(plain)], holds },
    {
      title: 'mapped-ram',
      files: [buildQemuStream(mapped)],
      holds: holds.filter(({ address }) => address !== 0x3000),
    },
    {
      title: 'zlib pages',
      files: [
        buildQemuStream({
          ...plain,
          parts: [
            [1, 2, 3].map((seed) => ({
              block,
              offset: (seed - 1) * 0x1000,
              zlib: deflateSync(pattern(seed)),
            })),
          ],
        }),
      ],
      holds: [0, 1, 2].map((index) => ({ address: index * 0x1000, bytes: pattern(index + 1) })),
    },
  ],
});

describe('QemuStreamFormat', () => {
  it('shows the memory, the machine and the origin of a stream', async () => {
    using dump = await opened(plain);
    expect(dump.architecture?.name).to.equal('x86_64');
    expect(dump.image.memory.ranges).to.deep.equal([{ start: 0, end: size }]);
    expect(dump.image.header.get('machine type')).to.equal('pc-i440fx-7.2');
    expect(dump.image.facts?.origins?.map(({ axis, who }) => `${axis} ${who}`)).to.deep.equal([
      'capturedBy qemu',
      'writtenBy qemu',
    ]);
    expect(namesOf(dump)).to.deep.equal([]);
    expect([...dump.image.memory.storedRuns()]).to.deep.equal([
      { start: 0, end: 0x2000 },
      { start: 0x3000, end: 0x5000 },
    ]);
  });

  it('reads every CPU with and without a description of the devices', async () => {
    for (const hasDescription of [true, false]) {
      using dump = await opened({ ...plain, hasDescription });
      expect(dump.cpus.map((cpu) => cpu.registers.get('rip'))).to.deep.equal([registers.rip, 5n]);
      const cpu = dump.cpus[0]?.registers;
      expect(cpu?.get('rsp')).to.equal(registers.rsp);
      expect(cpu?.get('cr3')).to.equal(registers.cr3);
      expect(cpu?.get('cs_flags')).to.equal(0xaf9b00n);
      expect(dump.cpus[0]?.from).to.deep.equal(['format']);
    }
  });

  it('reads the CPUs of arm64, with the system registers that tables need', async () => {
    const name = 'mach-virt.ram';
    const system = {
      '0x603000000013c080': 0x34f4d91dn,
      '0x603000000013c100': 0x1000n,
      '0x603000000013c101': 0x41a93000n,
      '0x603000000013c102': 0x400000b5503510n | (2n << 30n) | (16n << 16n),
      '0x6030000000138000': 7n,
    };
    const cpu = { pc: 0xffff800010000000n, sp: 0x1234n, pstate: 0x3c5n };
    using dump = await opened({
      machineType: 'virt-7.2',
      pageBits: 12,
      blocks: [{ name, sizeInBytes: size }],
      parts: [[{ block: name, offset: 0, fill: 1 }]],
      devices: [qemuArm64Cpu(0, cpu, system)],
    });
    const read = dump.cpus[0]?.registers;
    expect(['pc', 'sp', 'pstate', 'x7'].map((each) => read?.get(each))).to.deep.equal([
      cpu.pc,
      cpu.sp,
      cpu.pstate,
      7n,
    ]);
    expect(read?.get('ttbr1_el1')).to.equal(0x41a93000n);
    expect(read?.get('tcr_el1')).to.equal(system['0x603000000013c102']);
    expect(read?.size).to.equal(38);
  });

  it('gives each CPU of ppc64 what the machine says of its process table', async () => {
    const field = (name: string, value: bigint) => {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, value);
      return { name, bytes };
    };
    const name = 'ppc_spapr.ram';
    using dump = await opened({
      machineType: 'pseries-7.2',
      blocks: [{ name, sizeInBytes: size }],
      parts: [[{ block: name, offset: 0, fill: 1 }]],
      devices: [
        { name: 'cpu', version: 5, fields: [field('env.nip', 0x10n)] },
        { name: 'cpu', instance: 1, version: 5, fields: [field('env.nip', 0x20n)] },
        {
          name: 'spapr',
          version: 3,
          fields: [field('tb', 5n)],
          subsections: [
            { name: 'spapr_option_vector_ov5_cas', fields: [field('ov5_cas', 6n)] },
            { name: 'spapr_patb_entry', fields: [field('patb_entry', 0x8000_0000_01f0_0004n)] },
          ],
        },
      ],
    });
    expect(dump.cpus.map(({ registers: read }) => Object.fromEntries(read))).to.deep.equal([
      { nip: 0x10n, pate1: 0x8000_0000_01f0_0004n },
      { nip: 0x20n, pate1: 0x8000_0000_01f0_0004n },
    ]);
  });

  it('gives its CPUs to files of other formats, as notes', async () => {
    using dump = await opened(plain);
    for (const writer of [new ElfFormat().writer, new KdumpFormat().writer]) {
      const sink = new BufferSink();
      const { architectures: table, compressors } = toolkit;
      const context = { architectures: table, compressors };
      resultOf(await writer.write(dump.image, sink, { compression: 'none' }, context));
      using copy = await toolkit.open(new BufferSource(sink.bytes, 'copy'));
      expect(copy.cpus.map(({ registers: read }) => read.get('rip'))).to.deep.equal([
        registers.rip,
        5n,
      ]);
      expect(copy.cpus[0]?.registers.get('cr3')).to.equal(registers.cr3);
      expect(copy.cpus[0]?.from).to.deep.equal(['prstatus', 'qemu']);
      // crash warns of a KDUMP file that states no CPU.
      expect(copy.image.header.get('nr_cpus') ?? 2).to.equal(2);
    }
  });

  it('lets the last record of a page count', async () => {
    using dump = await opened({
      ...plain,
      parts: [
        [page(0, 1), page(0x1000, 2), page(0x2000, 3), page(0x3000, 4)],
        [{ block, offset: 0x1000, fill: 0 }, page(0x2000, 9)],
        [page(0x2000, 5)],
      ],
    });
    expect(dump.image.memory.read(0, 0x1000)).to.deep.equal(pattern(1));
    expect(dump.image.memory.pageState(1)).to.equal('zero');
    expect(dump.image.memory.read(0x2000, 0x1000)).to.deep.equal(pattern(5));
    expect(dump.image.memory.read(0x3000, 0x1000)).to.deep.equal(pattern(4));
  });

  it('applies XBZRLE deltas to the page as it was last sent', async () => {
    const delta = (at: number, byte: number) => Uint8Array.of(at, 2, byte, byte);
    using dump = await opened({
      ...plain,
      parts: [
        [page(0, 1), { block, offset: 0x1000, fill: 0 }, page(0x2000, 2)],
        [
          { block, offset: 0, xbzrle: delta(3, 0xaa) },
          { block, offset: 0x1000, xbzrle: delta(0, 0xbb) },
          { block, offset: 0x2000, xbzrle: delta(9, 0xcc) },
        ],
        [{ block, offset: 0, xbzrle: delta(4, 0xdd) }, page(0x2000, 3)],
      ],
    });
    const first = pattern(1);
    first.set([0xaa, 0xdd, 0xdd], 3);
    expect(dump.image.memory.read(0, 0x1000)).to.deep.equal(first);
    expect([...dump.image.memory.read(0x1000, 3)]).to.deep.equal([0xbb, 0xbb, 0]);
    expect(dump.image.memory.read(0x2000, 0x1000)).to.deep.equal(pattern(3));
    expect([...dump.image.memory.storedRuns()]).to.deep.equal([{ start: 0, end: 0x3000 }]);
  });

  it('says of a page whose delta does not fit that it is bad, and reads the others', async () => {
    using dump = await opened({
      ...plain,
      parts: [[page(0, 1), page(0x1000, 2), { block, offset: 0, xbzrle: Uint8Array.of(1, 100) }]],
    });
    expect(() => dump.image.memory.read(0, 16)).to.throw(/wants 100 bytes/);
    expect(dump.image.memory.pageState(0)).to.equal('corrupt');
    expect(dump.image.memory.read(0x1000, 0x1000)).to.deep.equal(pattern(2));
    expect(namesOf(dump)).to.deep.equal(['page-data-bad']);
  });

  it('keeps what comes before a cut, and says what is lost', async () => {
    const whole = buildQemuStream(plain);
    const cut = whole.subarray(0, whole.indexOf(0x7e, 12_000));
    using dump = await opened(cut.subarray(0, 9000));
    expect(dump.image.memory.read(0x1000, 0x1000)).to.deep.equal(pattern(2));
    expect(dump.image.memory.pageState(4)).to.equal('corrupt');
    expect(namesOf(dump)).to.deep.equal(['file-truncated']);
    expect(dump.cpus).to.deep.equal([]);
  });

  it('says that CPUs may be missing where only devices are cut off', async () => {
    const whole = buildQemuStream(plain);
    using dump = await opened(whole.subarray(0, whole.lastIndexOf(0x7e)));
    expect(dump.image.damage.map(({ name, loses }) => `${name} ${loses}`)).to.deep.equal([
      'file-truncated notes',
    ]);
    expect(dump.image.memory.pageState(7)).to.equal('zero');
  });

  it('calls pages without a record left out where the stream is complete', async () => {
    using dump = await opened({ ...plain, parts: [[page(0, 1)]] });
    expect(dump.image.memory.pageState(1)).to.equal('excluded');
    expect(dump.image.memory.pageState(8)).to.equal('absent');
  });

  it('passes over commands, as QEMU 10 writes one before the devices', async () => {
    using dump = await opened({ ...plain, firstCommands: [1], lastCommands: [11] });
    expect(dump.cpus).to.have.length(2);
  });

  it('reads streams of machine types without configuration and footers', async () => {
    using dump = await opened({ ...plain, machineType: null, hasFooters: false });
    expect(dump.image.memory.read(0x4000, 0x1000)).to.deep.equal(pattern(3));
    expect(dump.architecture?.name).to.equal('x86_64');
  });

  it('passes over page sizes and addresses of blocks', async () => {
    const blocks = [{ name: block, sizeInBytes: 2 ** 21, hugePageBytes: 2 ** 21 }];
    using huge = await opened({ ...plain, blocks, firstCommands: [3], parts: [[page(0, 1)]] });
    expect(huge.image.memory.read(0, 0x1000)).to.deep.equal(pattern(1));
    using shared = await opened({
      ...plain,
      capabilities: ['x-ignore-shared'],
      blocks: [{ name: block, sizeInBytes: size, address: 0n }],
      parts: [[page(0, 1)]],
    });
    expect(shared.image.memory.read(0, 0x1000)).to.deep.equal(pattern(1));
  });

  it('refuses a stream whose memory is not in it, by name', async () => {
    const refusal = (spec: QemuStreamSpec): Promise<string> =>
      opened(spec).then(
        () => 'opened',
        (error: unknown) => String(error),
      );
    const shared = {
      ...plain,
      capabilities: ['x-ignore-shared'],
      blocks: [
        { name: block, sizeInBytes: size, address: 0n },
        { name: 'pc.bios', sizeInBytes: 0x1000, address: 0n },
      ],
      parts: [[{ block: 'pc.bios', offset: 0, fill: 1 }]],
    };
    expect(await refusal(shared)).to.include('x-ignore-shared');
    expect(await refusal({ ...plain, firstCommands: [5] })).to.include('postcopy');
    expect(await refusal({ ...plain, version: 2 })).to.include('version 2');
    expect(await refusal({ ...plain, pageBits: 10 })).to.include('2^10');
    const claim = format.probe({
      name: '',
      sizeInBytes: 8,
      head: buildQemuStream(plain),
      tail: () => new Uint8Array(0),
    });
    expect(claim?.strength).to.equal('signature');
  });

  it('gives the right bytes at the right place, whatever order records come in', () => {
    const pages = size / 0x1000;
    const record = fc.record({
      offset: fc.nat(pages - 1).map((index) => index * 0x1000),
      value: fc.oneof(fc.constant(0), fc.nat(255)),
      isPage: fc.boolean(),
    });
    return fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { maxLength: 20 }), { minLength: 1 }),
        async (parts) => {
          const wanted = new Map<number, Uint8Array>();
          const records = parts.map((part) =>
            part.map(({ offset, value, isPage }) => {
              const bytes = isPage ? pattern(value) : new Uint8Array(0x1000).fill(value);
              wanted.set(offset, bytes);
              return isPage ? { block, offset, page: bytes } : { block, offset, fill: value };
            }),
          );
          if (wanted.size === 0) {
            return;
          }
          using dump = await opened({ ...plain, parts: records });
          for (let offset = 0; offset < size; offset += 0x1000) {
            const bytes = wanted.get(offset);
            if (bytes === undefined) {
              expect(dump.image.memory.pageState(offset / 0x1000)).to.equal('excluded');
            } else {
              expect(dump.image.memory.read(offset, 0x1000)).to.deep.equal(Uint8Array.from(bytes));
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
