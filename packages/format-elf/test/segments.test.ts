import {
  BufferSource,
  CountingSource,
  isVmcorekitError,
  type PhysicalMemory,
} from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import {
  buildElf,
  eraseinfoNote,
  openFormat,
  prstatusNote,
  qemuElf,
  vmcoreinfoNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { openBytes, openElf, pattern } from './opened.ts';

const page = pattern(4096, 1);
const other = pattern(4096, 2);

/**
 * What a read throws, in short: state, the first address that cannot be read, and where in the file
 * it should be.
 */
function whyUnreadable(
  memory: PhysicalMemory,
  address: number,
  lengthInBytes: number,
): readonly [string, number, number | undefined] {
  try {
    memory.read(address, lengthInBytes);
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return [error.facts.state, error.facts.physicalAddress, error.facts.fileOffset];
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('ELF segments', () => {
  it('read as one where they continue each other, whatever the file has between them', async () => {
    const { memory } = await openElf({
      segments: [
        { p_paddr: 0x2000, data: other },
        { p_paddr: 0x9000, data: page },
        { p_paddr: 0x1000, data: page },
      ],
    });
    expect(memory.read(0x1ff0, 0x20)).to.deep.equal(
      Uint8Array.of(...page.slice(-16), ...other.slice(0, 16)),
    );
    expect(memory.ranges).to.deep.equal([
      { start: 0x1000, end: 0x3000 },
      { start: 0x9000, end: 0xa000 },
    ]);
  });

  it('give way to the first in the file where they overlap', async () => {
    const { memory } = await openElf({
      segments: [
        { p_paddr: 0x2800, data: page.slice(0, 0x800) },
        { p_paddr: 0x2000, data: other },
        { p_paddr: 0x2f00, data: pattern(0x200, 5) },
      ],
    });
    expect(memory.read(0x2000, 0x800)).to.deep.equal(other.slice(0, 0x800));
    expect(memory.read(0x2800, 0x800)).to.deep.equal(page.slice(0, 0x800));
    expect(memory.read(0x3000, 0x100)).to.deep.equal(pattern(0x200, 5).slice(0x100));
  });

  it('fill a tail beyond p_filesz with zeros', async () => {
    const { memory } = await openElf({
      segments: [{ p_paddr: 0x1000, data: page.slice(0, 0x800), p_memsz: 0x2800 }],
    });
    expect(memory.read(0x1000, 0x1000)).to.deep.equal(
      Uint8Array.of(...page.slice(0, 0x800), ...new Uint8Array(0x800)),
    );
    expect(memory.pageState(1)).to.equal('stored');
    expect(memory.pageState(2)).to.equal('zero');
    expect(memory.read(0x3000, 0x800)).to.deep.equal(new Uint8Array(0x800));
    expect(whyUnreadable(memory, 0x3000, 0x1000)).to.deep.equal(['absent', 0x3800, undefined]);
    expect([...memory.storedRuns()]).to.deep.equal([{ start: 0x1000, end: 0x2000 }]);
  });

  for (const [what, note] of [
    ['VMCOREINFO', vmcoreinfoNote('OSRELEASE=6.1\n')],
    ['ERASEINFO', eraseinfoNote('erase x\n')],
  ] as const) {
    it(`call a tail excluded in a file with ${what}: makedumpfile filtered it`, async () => {
      const { memory } = await openElf({
        segments: [{ notes: [note] }, { p_paddr: 0x1000, data: page, p_memsz: 0x2000 }],
      });
      expect(memory.pageState(2)).to.equal('excluded');
      expect(memory.ranges).to.deep.equal([{ start: 0x1000, end: 0x3000 }]);
      expect(whyUnreadable(memory, 0x1ff0, 0x20)).to.deep.equal(['excluded', 0x2000, undefined]);
    });
  }

  for (const [what, lengthFrom] of [
    ['the notes', (bytes: Uint8Array) => bytes.length - 16],
    ['a program header', () => 64 + 2 * 56 - 1],
  ] as const) {
    it(`call no tail zero in a file that lost ${what} and may have been filtered`, async () => {
      const segments = [
        { p_paddr: 0x1000, data: page, p_memsz: 0x2000 },
        { notes: [vmcoreinfoNote('OSRELEASE=6.1\n')] },
      ];
      const { bytes } = buildElf({ segments });
      const { memory } = await openBytes(bytes.slice(0, lengthFrom(bytes)));
      expect(memory.pageState(2)).to.equal('excluded');
      expect(whyUnreadable(memory, 0x2000, 4)).to.deep.equal(['excluded', 0x2000, undefined]);
    });
  }

  it('know nothing of a tail that QEMU wrote with paging on', async () => {
    const { memory } = await openElf(
      qemuElf([
        { p_paddr: 0x1000, data: page, p_memsz: 0x4000 },
        { p_paddr: 0x3000, data: other },
      ]),
    );
    expect(memory.pageState(2)).to.equal('absent');
    expect(memory.read(0x3000, 4096)).to.deep.equal(other);
    expect(memory.ranges).to.deep.equal([
      { start: 0x1000, end: 0x2000 },
      { start: 0x3000, end: 0x4000 },
    ]);
  });

  it('hold bytes of their own before the tail of another', async () => {
    const { memory } = await openElf({
      segments: [
        { data: page, p_memsz: 0x4000 },
        { p_paddr: 0x2000, data: other },
      ],
    });
    expect(memory.read(0x2000, 4096)).to.deep.equal(other);
    expect(memory.pageState(1)).to.equal('zero');
    expect(memory.pageState(3)).to.equal('zero');
  });

  for (const wordSizeInBits of [32, 64] as const) {
    const none = -1;
    it(`are no memory without a physical address, or without a place in the file (${wordSizeInBits}-bit)`, async () => {
      const { memory, damage } = await openElf({
        wordSizeInBits,
        segments: [
          { p_paddr: none, p_vaddr: 0x9000, data: page },
          { p_paddr: 0x5000, p_offset: none, p_filesz: 0, p_memsz: 0x1000 },
          { p_paddr: 0x1000, data: page },
        ],
      });
      expect(memory.ranges).to.deep.equal([{ start: 0x1000, end: 0x2000 }]);
      expect(memory.pageState(5)).to.equal('absent');
      expect(damage).to.deep.equal([]);
    });
  }

  it('are left out, and named, where their numbers reach beyond 2^53 or wrap around', async () => {
    const big = (1n << 64n) - 0x800n;
    const { bytes, programHeadersAt } = buildElf({
      segments: [
        { p_paddr: big, data: page },
        { p_paddr: 0x2000, p_offset: big, p_filesz: 0x1000 },
        { p_paddr: 0x3000, p_memsz: 1n << 53n, data: page },
        { p_paddr: 0x4000, p_filesz: (1n << 64n) - 0x4000n, data: page },
        { p_paddr: 0x1000, data: page },
      ],
    });
    const { memory, damage } = await openBytes(bytes);
    expect(memory.ranges).to.deep.equal([{ start: 0x1000, end: 0x2000 }]);
    expect(damage.map(({ name, fileOffset }) => [name, fileOffset])).to.deep.equal(
      [0, 1, 2, 3].map((index) => ['segment-malformed', programHeadersAt + 56 * index]),
    );
  });

  it('that are nonsense by the thousand are named a few times only', async () => {
    const nonsense = Array.from({ length: 5000 }, () => ({
      p_paddr: 0x1000,
      p_memsz: 1n << 60n,
      data: page.slice(0, 1),
    }));
    const { damage } = await openElf({ segments: [{ p_paddr: 0x1000, data: page }, ...nonsense] });
    expect(damage).to.have.length(9);
    expect(damage[8]?.detail).to.equal('4992 more program headers like that');
  });

  it('read up to where the file was cut off, and name the offset', async () => {
    const { bytes, segmentOffsets } = buildElf({
      segments: [
        { p_paddr: 0x1000, data: pattern(0x3000, 4) },
        { p_paddr: 0x8000, data: page },
      ],
    });
    const cutAt = (segmentOffsets[0] ?? 0) + 0x1800;
    const { memory, damage } = await openBytes(bytes.slice(0, cutAt));
    expect(memory.read(0x1000, 0x1800)).to.deep.equal(pattern(0x3000, 4).slice(0, 0x1800));
    expect([1, 2, 3, 8, 9].map((pfn) => memory.pageState(pfn))).to.deep.equal([
      'stored',
      'partial',
      'corrupt',
      'corrupt',
      'absent',
    ]);
    expect(whyUnreadable(memory, 0x2000, 0x1000)).to.deep.equal(['corrupt', 0x2800, cutAt]);
    expect(whyUnreadable(memory, 0x8000, 4)).to.deep.equal(['corrupt', 0x8000, segmentOffsets[1]]);
    expect(damage.map(({ name, fileOffset }) => [name, fileOffset])).to.deep.equal([
      ['file-truncated', cutAt],
    ]);
    expect(damage[0]?.detail).to.include(`${0x1800 + 0x1000} bytes of memory are missing`);
    expect([...memory.storedRuns()]).to.deep.equal([{ start: 0x1000, end: 0x2800 }]);
  });

  it('may end within a page: what is there reads, and a search finds it', async () => {
    const { memory } = await openElf({
      segments: [
        { p_paddr: 0x1000, data: pattern(0x1c00, 3) },
        { p_paddr: 0x3400, data: pattern(0x1c00, 4) },
      ],
    });
    expect(memory.read(0x2000, 0xc00)).to.deep.equal(pattern(0x1c00, 3).slice(0x1000));
    expect(whyUnreadable(memory, 0x2000, 0x1000)).to.deep.equal(['absent', 0x2c00, undefined]);
    expect(memory.pageState(2)).to.equal('partial');
    expect(memory.pageState(3)).to.equal('partial');
    expect([...memory.pieces(0x2000, 0x4000)]).to.deep.equal([
      { start: 0x2000, end: 0x2c00, state: 'stored' },
      { start: 0x2c00, end: 0x3400, state: 'absent' },
      { start: 0x3400, end: 0x4000, state: 'stored' },
    ]);
    expect([...memory.storedRuns()]).to.deep.equal([
      { start: 0x1000, end: 0x2c00 },
      { start: 0x3400, end: 0x5000 },
    ]);
  });

  it('may leave out the end of a page in a filtered file, but keep what p_filesz holds', async () => {
    const { memory } = await openElf({
      segments: [
        { notes: [vmcoreinfoNote('OSRELEASE=6.1\n')] },
        { p_paddr: 0x1000, data: pattern(0x1800, 3), p_memsz: 0x3000 },
      ],
    });
    expect([1, 2, 3].map((pfn) => memory.pageState(pfn))).to.deep.equal([
      'stored',
      'partial',
      'excluded',
    ]);
    expect(memory.read(0x2000, 0x800)).to.deep.equal(pattern(0x1800, 3).slice(0x1000));
    expect([...memory.storedRuns()]).to.deep.equal([{ start: 0x1000, end: 0x2800 }]);
  });

  it('may share a page between them, which then reads as a whole', async () => {
    const { memory } = await openElf({
      segments: [
        { p_paddr: 0x1000, data: pattern(0x1400, 3) },
        { p_paddr: 0x2400, data: pattern(0x1c00, 4) },
      ],
    });
    expect([...memory.storedRuns()]).to.deep.equal([{ start: 0x1000, end: 0x4000 }]);
    expect(memory.withView(0x2000, 0x1000, (view) => view.slice())).to.deep.equal(
      Uint8Array.of(...pattern(0x1400, 3).slice(0x1000), ...pattern(0x1c00, 4).slice(0, 0xc00)),
    );
  });

  it('give runs between two addresses', async () => {
    const { memory } = await openElf({
      segments: [
        { p_paddr: 0x10000, data: pattern(0x8000, 1) },
        { p_paddr: 0x20000, data: page },
      ],
    });
    expect([...memory.storedRuns(0x12000, 0x14000)]).to.deep.equal([
      { start: 0x12000, end: 0x14000 },
    ]);
    expect([...memory.storedRuns(0x17000)]).to.deep.equal([
      { start: 0x17000, end: 0x18000 },
      { start: 0x20000, end: 0x21000 },
    ]);
    expect([...memory.storedRuns(0x18000, 0x20000)]).to.deep.equal([]);
  });

  it('count each page once, and only what the file gave', async () => {
    const { bytes } = buildElf({
      segments: [
        { notes: [prstatusNote({ pr_pid: 1 })] },
        { data: pattern(0x8000, 1), p_memsz: 0x9000 },
      ],
    });
    const counted = new CountingSource(new BufferSource(bytes));
    const { memory } = await openFormat(new ElfFormat(), [counted]);
    const before = counted.bytesRead;
    expect(memory.pagesRead).to.equal(0);
    memory.readUint64(0x3000);
    memory.readUint32(0x3ffc);
    memory.read(0x5ff0, 0x20);
    memory.read(0x8000, 0x10);
    memory.readUint64(0x3000);
    expect(memory.pagesRead).to.equal(3);
    expect(counted.bytesRead).to.equal(before + 0x8000);
  });

  it('read words in the dump’s byte order, across segments too', async () => {
    const first = Uint8Array.of(...new Uint8Array(0xffc), 1, 2, 3, 4);
    const second = Uint8Array.of(5, 6, 7, 8, ...new Uint8Array(0xff8));
    for (const [byteOrder, wanted] of [
      ['little', 0x0807060504030201n],
      ['big', 0x0102030405060708n],
    ] as const) {
      const { memory } = await openElf({
        byteOrder,
        segments: [
          { p_paddr: 0x2000, data: second },
          { p_paddr: 0x1000, data: first },
        ],
      });
      expect(memory.readUint64(0x1ffc)).to.equal(wanted);
    }
  });
});
