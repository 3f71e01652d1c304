import {
  BufferSink,
  type ByteSink,
  type ByteSource,
  type DumpImage,
  isVmcorekitError,
  isZero,
  type Note,
  type PageFilter,
  type PhysicalRange,
  StructView,
  VmcorekitError,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import {
  memoryImage,
  openFormat,
  propertyRuns,
  prstatusNote,
  qemuCpuStateNote,
  SparseMemory,
  vmcoreinfoNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { context, openBytes, openElf, pattern } from './opened.ts';

const pageSize = 4096;
const format = new ElfFormat();

/** Memory with pages whose damage shows only when they are read. */
class DamagedMemory extends SparseMemory {
  readonly damaged: Set<number> = new Set();

  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    if (this.damaged.has(Math.floor(address / pageSize))) {
      const pfn = Math.floor(address / pageSize);
      throw new VmcorekitError('page-unreadable', {
        physicalAddress: address,
        pfn,
        state: 'corrupt',
        because: 'a test',
      });
    }
    return super.withView(address, lengthInBytes, use);
  }
}

/**
 * Pages 1 and 2 hold bytes, 3 is zero, 4 was left out, 5 holds bytes; a hole; pages 16 and 17 hold
 * bytes.
 */
function mixed(): DamagedMemory {
  const memory = new DamagedMemory({
    ranges: [
      { start: 0x1000, end: 0x6000 },
      { start: 0x10000, end: 0x12000 },
    ],
  });
  for (const pfn of [1, 2, 5, 16, 17]) {
    memory.write(pfn * pageSize, pattern(pageSize, pfn));
  }
  memory.exclude(4 * pageSize);
  return memory;
}

async function write(
  sink: ByteSink,
  image: DumpImage,
  options: WriteOptions = {},
): Promise<WriteReport> {
  const work = await format.writer.write(image, sink, options, context);
  for (;;) {
    const step = work.next();
    if (step.done === true) {
      return step.value;
    }
    expect(step.value.kind).to.equal('progress');
  }
}

async function rewritten(
  image: DumpImage,
  options: WriteOptions = {},
): Promise<{ after: DumpImage; report: WriteReport; bytes: Uint8Array }> {
  const sink = new BufferSink();
  const report = await write(sink, image, options);
  expect(sink.bytes.length).to.equal(report.bytesWritten);
  return { after: await openBytes(sink.bytes), report, bytes: sink.bytes };
}

/** Takes only what follows what came before, as a pipe does. */
class PipeSink implements ByteSink {
  readonly isSequential: boolean = true;
  readonly bytes: number[] = [];

  writeAt(offset: number, bytes: Uint8Array): void {
    expect(offset).to.equal(this.bytes.length);
    this.bytes.push(...bytes);
  }
}

/** Bytes as a text that compares fast: a range may have a megabyte. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/**
 * What a page is to someone who reads it: its bytes or why there are none. A page of zeros is zero,
 * however it is stored.
 */
function known(image: DumpImage, start: number, end: number): string {
  try {
    const bytes = image.memory.read(start, end - start);
    return isZero(bytes) ? 'zero' : textOf(bytes);
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return 'unknown';
    }
    throw error;
  }
}

function shorn(notes: readonly Note[]): Omit<Note, 'fileOffset'>[] {
  return notes.map(({ name, type, descriptor }) => ({ name, type, descriptor }));
}

const excluding = (...pfns: number[]): PageFilter => ({
  name: 'some',
  summary: 'some pages',
  begin: () => (page) => (pfns.includes(page.pfn) ? 'exclude' : 'keep'),
});

async function failure(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('ElfWriter', () => {
  it('writes what reads back alike, whatever the memory, word size and byte order', async () => {
    const piece = fc.record({
      gap: fc.constantFrom(0, 0, 1, 0x234, 0x1000, 0x5e00, 0x100000),
      length: fc.constantFrom(1, 0x200, 0xfff, 0x1000, 0x2345, 0x21000),
      tail: fc.constantFrom(0, 0, 0x800, 0x3000),
      hasBytes: fc.boolean(),
    });
    const flavour = fc.record({
      wordSizeInBits: fc.constantFrom<32 | 64>(32, 64),
      byteOrder: fc.constantFrom<'little' | 'big'>('little', 'big'),
      e_machine: fc.constantFrom(62, 3, 183, 22, 8),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { minLength: 1, maxLength: 12 }),
        flavour,
        async (pieces, { e_machine, ...rest }) => {
          let p_paddr = 0x1000;
          const segments = pieces.map(({ gap, length, tail, hasBytes }, index) => {
            p_paddr += gap;
            const data = hasBytes ? pattern(length, index) : new Uint8Array(length);
            const segment = { p_paddr, data, p_memsz: length + tail };
            p_paddr += length + tail;
            return segment;
          });
          const notes = [{ name: 'CORE', type: 1, descriptor: pattern(30, 9) }];
          const before = await openElf({
            ...rest,
            segments: [{ notes }, ...segments],
            fields: { e_machine },
          });
          const { after, report } = await rewritten(before);
          expect(after.memory.ranges).to.deep.equal(before.memory.ranges);
          for (const { start, end } of before.memory.ranges) {
            expect(known(after, start, end)).to.equal(known(before, start, end));
          }
          expect([after.wordSizeInBits, after.byteOrder]).to.deep.equal([
            rest.wordSizeInBits,
            rest.byteOrder,
          ]);
          expect([after.architecture, after.header.get('e_machine')]).to.deep.equal([
            before.architecture,
            e_machine,
          ]);
          expect(shorn(after.notes)).to.deep.equal(shorn(before.notes));
          expect(after.damage).to.deep.equal([]);
          expect(report.pagesUnreadable + report.pagesExcluded).to.equal(0);
        },
      ),
      { numRuns: propertyRuns(40) },
    );
  });

  it('writes plain headers: program headers first, no sections, aligned segments', async () => {
    const { after, bytes } = await rewritten(memoryImage(mixed()));
    const field = (name: string): unknown => after.header.get(name);
    expect(
      ['e_type', 'e_ehsize', 'e_phentsize', 'e_phnum', 'e_shnum', 'e_shentsize'].map(field),
    ).to.deep.equal([4, 64, 56, 4, 0, 0]);
    expect(['e_phoff', 'e_shoff', 'e_machine', 'p_align'].map(field)).to.deep.equal([
      64n,
      0n,
      62,
      0,
    ]);
    const view = new StructView(bytes, 'little', 'file');
    for (const index of [1, 2, 3]) {
      const header = 64 + 56 * index;
      expect(view.uint53(header + 8, 'p_offset') % pageSize).to.equal(0);
      expect(view.uint53(header + 16, 'p_vaddr')).to.equal(view.uint53(header + 24, 'p_paddr'));
      expect(view.uint53(header + 32, 'p_filesz')).to.equal(view.uint53(header + 40, 'p_memsz'));
    }
  });

  it('leaves unknown pages out of all segments, and counts each kind', async () => {
    const before = memoryImage(mixed());
    const { after, report } = await rewritten(before);
    expect(
      [0, 1, 2, 3, 4, 5, 6, 15, 16, 17].map((pfn) => after.memory.pageState(pfn)),
    ).to.deep.equal(
      'absent stored stored stored absent stored absent absent stored stored'.split(' '),
    );
    expect(known(after, 0x3000, 0x4000)).to.equal('zero');
    expect(report).to.deep.include({
      pagesStored: 5,
      pagesZero: 1,
      pagesExcluded: 1,
      pagesUnreadable: 0,
    });
  });

  it('never writes zero pages to a sink that can leave holes', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] });
    memory.write(0x8000, pattern(pageSize, 1));
    const written: number[] = [];
    await write(
      { isSequential: false, writeAt: (offset) => void written.push(offset) },
      memoryImage(memory),
    );
    // The headers, the one page, and the last byte.
    expect(written).to.deep.equal([0, 0x9000, 0x100fff]);
  });

  it('writes a stream in order, the same bytes as to a file', async () => {
    const ragged = await openElf({
      segments: [
        { p_paddr: 0x1234, data: pattern(0x3456, 1), p_memsz: 0x9000 },
        { p_paddr: 0x20010, data: pattern(8, 2) },
      ],
    });
    for (const image of [memoryImage(mixed()), ragged]) {
      const pipe = new PipeSink();
      await write(pipe, image);
      const { bytes } = await rewritten(image);
      expect(Buffer.compare(Uint8Array.from(pipe.bytes), bytes)).to.equal(0);
    }
  });

  for (const [where, sinkOf] of [
    ['file', () => new BufferSink()],
    ['stream', () => new PipeSink()],
  ] as const) {
    it(`leaves out of a ${where} what turns out to be unreadable, and nothing else`, async () => {
      const memory = mixed();
      memory.damaged.add(2).add(17);
      const sink = sinkOf();
      const report = await write(sink, memoryImage(memory));
      const after = await openBytes(Uint8Array.from(sink.bytes));
      expect(
        [1, 2, 3, 5, 16, 17].map((pfn) => known(after, pfn * pageSize, (pfn + 1) * pageSize)),
      ).to.deep.equal([
        textOf(pattern(pageSize, 1)),
        'unknown',
        'zero',
        textOf(pattern(pageSize, 5)),
        textOf(pattern(pageSize, 16)),
        'unknown',
      ]);
      expect(report).to.deep.include({
        pagesStored: 3,
        pagesZero: 1,
        pagesExcluded: 1,
        pagesUnreadable: 2,
      });
    });
  }

  it('writes zeros as zeros when it starts again', async () => {
    // Without page 0 all moves forward, so that the zero page comes to lie where bytes were.
    const memory = new DamagedMemory({ ranges: [{ start: 0, end: 0x4000 }] });
    memory.write(pageSize, pattern(pageSize, 1));
    memory.write(0, pattern(pageSize, 2));
    memory.damaged.add(0);
    const sink = new BufferSink();
    await write(sink, memoryImage(memory));
    const after = await openBytes(sink.bytes);
    expect(known(after, 0x1000, 0x2000)).to.equal(textOf(pattern(pageSize, 1)));
    expect(known(after, 0x2000, 0x4000)).to.equal('zero');
  });

  it('asks the filters about every page', async () => {
    const { after, report } = await rewritten(memoryImage(mixed()), {
      filters: [excluding(2, 16)],
    });
    expect([1, 2, 3, 5, 16, 17].map((pfn) => after.memory.pageState(pfn))).to.deep.equal(
      'stored absent stored stored absent stored'.split(' '),
    );
    expect(report.pagesExcluded).to.equal(3);
  });

  it('keeps the notes, and puts VMCOREINFO and ERASEINFO among them', async () => {
    const notes = [
      prstatusNote({ pr_pid: 1 }),
      qemuCpuStateNote(),
      vmcoreinfoNote('OSRELEASE=old\n'),
    ];
    const image = memoryImage(mixed(), {
      notes: notes.map((note) => ({ ...note, fileOffset: 0 })),
      vmcoreinfo: 'OSRELEASE=old\n',
      eraseinfo: 'erased\n',
    });
    const { after } = await rewritten(image, { vmcoreinfo: 'OSRELEASE=6.1\n' });
    expect(after.notes.map((note) => note.name)).to.have.members([
      'CORE',
      'QEMU',
      'VMCOREINFO',
      'ERASEINFO',
    ]);
    expect([after.vmcoreinfo, after.eraseinfo]).to.deep.equal(['OSRELEASE=6.1\n', 'erased\n']);
    const again = await rewritten(after);
    expect(shorn(again.after.notes)).to.deep.equal(shorn(after.notes));
    expect((await rewritten(image, { vmcoreinfo: null })).after.vmcoreinfo).to.equal(null);
  });

  it('signs the file after the notes, which others copy, and before all memory', async () => {
    const memory = mixed();
    const { after, bytes } = await rewritten(
      memoryImage(memory, { notes: [{ ...qemuCpuStateNote(), fileOffset: 0 }] }),
    );
    const stamp = after.writerStamp;
    expect(stamp?.writer).to.equal('vmcorekit');
    const at = stamp?.fileOffset ?? 0;
    const text = bytes.slice(at, at + 32);
    expect(new TextDecoder().decode(text)).to.match(/^written by vmcorekit\0+$/);
    bytes.fill(0, at, at + 32);
    expect((await openBytes(bytes)).writerStamp).to.equal(null);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const firstLoad = 64 + 56;
    view.setBigUint64(firstLoad + 8, BigInt(at), true);
    bytes.set(text, at);
    expect((await openBytes(bytes)).writerStamp).to.equal(null);
  });

  it('says where the kernel maps memory if given, the image only where it is whole', async () => {
    const mappings = {
      linearMap: { offset: 0xffff888000000000n, wordSizeInBits: 64 as const },
      kernelImage: {
        virtualAddress: 0xffffffff81001000n,
        physicalAddress: 0x1000,
        lengthInBytes: 0x2000,
      },
    };
    const rowsOf = (bytes: Uint8Array, count: number): string[] => {
      const view = new StructView(bytes, 'little', 'file');
      return Array.from({ length: count }, (_, index) => {
        const at = 64 + 56 * (index + 1);
        return [16, 24, 40].map((offset) => view.uint64(at + offset).toString(16)).join(' ');
      });
    };
    const { after, bytes } = await rewritten(memoryImage(mixed()), { mappings });
    expect(rowsOf(bytes, 4)).to.deep.equal([
      'ffffffff81001000 1000 2000',
      'ffff888000001000 1000 3000',
      'ffff888000005000 5000 1000',
      'ffff888000010000 10000 2000',
    ]);
    expect(known(after, 0x1000, 0x2000)).to.equal(textOf(pattern(pageSize, 1)));
    const without = await rewritten(memoryImage(mixed()), { mappings, filters: [excluding(2)] });
    expect(rowsOf(without.bytes, 1)).to.deep.equal(['ffff888000001000 1000 1000']);
  });

  it('splits 32-bit memory where the linear map ends, and says 0 for the rest', async () => {
    const memory = new SparseMemory({
      ranges: [
        { start: 0x1000, end: 0x5000 },
        { start: 0x50000000, end: 0x50001000 },
      ],
    });
    memory.write(0x2fff, Uint8Array.of(1, 2));
    const image = memoryImage(memory, { wordSizeInBits: 32, architecture: 'i386' });
    const linearMap = { offset: 0xc0000000n, wordSizeInBits: 32, end: 0x3000 } as const;
    const { after, bytes } = await rewritten(image, { mappings: { linearMap } });
    const view = new StructView(bytes, 'little', 'file');
    const rows = [1, 2, 3].map((index) => [8, 16].map((at) => view.uint32(52 + 32 * index + at)));
    expect(rows).to.deep.equal([
      [0xc0001000, 0x2000],
      [0, 0x2000],
      [0, 0x1000],
    ]);
    expect([...after.memory.read(0x2fff, 2)]).to.deep.equal([1, 2]);
    expect([after.architecture, after.wordSizeInBits]).to.deep.equal(['i386', 32]);
  });

  it('counts linear addresses modulo the word, which they never wrap', async () => {
    const memory = new SparseMemory({
      ranges: [
        { start: 0x40000000, end: 0x40001000 },
        { start: 0x80000000, end: 0x80001000 },
      ],
    });
    const addressesWith = async (offset: bigint, wordSizeInBits: 32 | 64): Promise<string[]> => {
      const image = memoryImage(memory, { architecture: 'arm64' });
      const mappings = { linearMap: { offset, wordSizeInBits } };
      const view = new StructView((await rewritten(image, { mappings })).bytes, 'little', 'file');
      return [1, 2].map((index) => view.uint64(64 + 56 * index + 16).toString(16));
    };
    // PHYS_OFFSET fff0d46c80000000 of a kernel with 52 bits on a processor with 48.
    expect(await addressesWith(0xffff2b9380000000n, 64)).to.deep.equal([
      'ffff2b93c0000000',
      'ffff2b9400000000',
    ]);
    expect(await addressesWith(0xfffffeffc0000000n, 64)).to.deep.equal([
      'ffffff0000000000',
      'ffffff0040000000',
    ]);
    expect(await addressesWith(0xc0000000n, 32)).to.deep.equal(['0', '40000000']);
    expect(await addressesWith(0x80000000n, 32)).to.deep.equal(['c0000000', '0']);
  });

  it('writes pages of another size, which place the segments', async () => {
    const { after, report } = await rewritten(memoryImage(mixed(), { architecture: 'arm64' }), {
      pageSizeInBytes: 0x4000,
      vmcoreinfo: 'PAGESIZE=16384\n',
    });
    expect(after.memory.pageSizeInBytes).to.equal(0x4000);
    expect(after.memory.ranges).to.deep.equal([
      { start: 0x1000, end: 0x4000 },
      { start: 0x5000, end: 0x6000 },
      { start: 0x10000, end: 0x12000 },
    ]);
    expect(report).to.include({ pagesStored: 3, pagesUnreadable: 0 });
  });

  it('counts program headers in a section header where the file header has no room', async () => {
    const ranges: PhysicalRange[] = Array.from({ length: 65_600 }, (_, index) => ({
      start: index * 0x2000,
      end: index * 0x2000 + pageSize,
    }));
    class Segments extends SparseMemory {
      override pageState(): 'zero' {
        return 'zero';
      }
    }
    const head = new BufferSink();
    const report = await write(
      {
        isSequential: false,
        writeAt: (offset, bytes) => void (offset === 0 && head.writeAt(0, bytes)),
      },
      memoryImage(new Segments({ ranges })),
    );
    const source: ByteSource = {
      name: 'mostly holes',
      sizeInBytes: report.bytesWritten,
      readInto(offset, target) {
        target.fill(0);
        target.set(head.bytes.subarray(offset, offset + target.length));
        return Math.min(target.length, report.bytesWritten - offset);
      },
      [Symbol.dispose]: () => {},
    };
    const after = await openFormat(format, [source]);
    expect([after.header.get('e_phnum'), after.header.get('e_shnum')]).to.deep.equal([0xffff, 1]);
    expect(after.memory.ranges).to.deep.equal(ranges);
    expect(after.damage).to.deep.equal([]);
  });

  it('refuses what an ELF file cannot hold', async () => {
    const image = memoryImage(mixed());
    const tall = new SparseMemory({
      ranges: [{ start: 2 ** 32 - pageSize, end: 2 ** 32 + pageSize }],
    });
    const refused: readonly [DumpImage, WriteOptions, string][] = [
      [image, { compression: 'zlib' }, "compression of an ELF file: got 'zlib'"],
      [
        image,
        { header: new Map([['phys_base', 0n]]) },
        "a header field to set: got 'phys_base', allowed is e_machine, e_flags",
      ],
      [
        memoryImage(mixed(), { architecture: null }),
        {},
        "the architecture 'unknown': write KDUMP instead",
      ],
      [memoryImage(tall, { wordSizeInBits: 32 }), {}, 'beyond 4 GiB'],
      [
        image,
        { filters: [excluding(1, 2, 3, 5, 16, 17)] },
        'without any memory: write KDUMP instead',
      ],
    ];
    for (const [dump, options, message] of refused) {
      const error = await failure(() => write(new BufferSink(), dump, options));
      expect(isVmcorekitError(error) && error.message).to.include(message);
    }
  });

  it('takes e_machine from the caller, an ELF dump, or the architecture, in that order', async () => {
    expect(
      (await rewritten(memoryImage(mixed(), { architecture: 's390x' }))).after.header.get(
        'e_machine',
      ),
    ).to.equal(22);
    const header = new Map([['e_machine', 183]]);
    expect((await rewritten(memoryImage(mixed()), { header })).after.architecture).to.equal(
      'arm64',
    );
  });

  it('writes EM_386 for a guest not in long mode, though its KDUMP header says x86_64', async () => {
    const notes = [{ name: 'CORE', type: 1, descriptor: new Uint8Array(144), fileOffset: 0 }];
    expect(
      (await rewritten(memoryImage(mixed(), { notes }))).after.header.get('e_machine'),
    ).to.equal(3);
  });

  it('takes short steps', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x400000 }] });
    const work = await format.writer.write(memoryImage(memory), new BufferSink(), {}, context);
    const fractions = [...work]
      .filter((step) => step.doing === 'writing pages')
      .map((step) => step.fraction);
    expect(fractions).to.have.lengthOf(16);
    expect(fractions.at(-1)).to.equal(1);
  });
});
