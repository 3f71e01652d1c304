import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElfMemory } from '@vmcorekit/lab/check/elf-memory';
import { mapsTheSame } from '@vmcorekit/lab/check/kernel-roots';
import { deriveKernelTruth } from '@vmcorekit/lab/truth/kernel-truth';
import { expect } from 'chai';

const kernel = deriveKernelTruth(
  new Map(
    Object.entries({
      version: '',
      release: '6.1.0',
      'command-line': '',
      iomem: '  01000000-01e01ef1 : Kernel code',
      symbols:
        'ffffffff81000000 T _text\nffffffff82a10000 D init_top_pgt\nffffffff82398480 D page_offset_base',
      vmcoreinfo: 'KERNELOFFSET=0',
      'vmcoreinfo-pointer': '',
      processes: '',
      modules: '',
      meltdown: '',
      'kernel-log': '',
    }),
  ),
  'running',
  'x86_64',
  { configuration: new Map([['CONFIG_PHYSICAL_START', '0x1000000']]), cpus: [] },
);

const ownRoot = 0x2a10000;
const otherRoot = 0x9c000;
const directMapEntry = 273; // 0xffff888000000000
const accessed = 0x20n;
const present = 1n;

function table(words: Readonly<Record<number, bigint>>): Buffer {
  const bytes = Buffer.alloc(4096);
  for (const [entry, word] of Object.entries(words)) {
    bytes.writeBigUInt64LE(word, Number(entry) * 8);
  }
  return bytes;
}

/** Memory with the kernel's root and one more, whose entries are given by number. */
function memoryWith(entries: Readonly<Record<number, bigint>>): Pick<ElfMemory, 'read'> {
  const pageOffset = Buffer.alloc(8);
  pageOffset.writeBigUInt64LE(0xffff888000000000n);
  const pages = new Map([
    [0x2398480, pageOffset],
    [ownRoot, table({ [directMapEntry]: 0x5001067n, 511: 0x2a15067n })],
    [otherRoot, table(entries)],
  ]);
  return { read: (physicalAddress) => pages.get(physicalAddress) };
}

describe('a root of a kernel', () => {
  it('leads to the same image and the same direct map', () => {
    const memory = memoryWith({
      0: 0x777067n,
      [directMapEntry]: 0x5001067n & ~accessed,
      511: 0x2a15067n,
    });
    expect(mapsTheSame(memory, 'x86_64', kernel, BigInt(otherRoot))).to.equal(true);
  });

  it('is not a user half, which has no direct map', () => {
    expect(
      mapsTheSame(memoryWith({ 511: 0x2a15067n }), 'x86_64', kernel, BigInt(otherRoot)),
    ).to.equal(false);
  });

  it("is not another kernel's", () => {
    const memory = memoryWith({ [directMapEntry]: 0x5001067n, 511: 0x7715067n });
    expect(mapsTheSame(memory, 'x86_64', kernel, BigInt(otherRoot))).to.equal(false);
  });

  it('has the image’s entry on i386, with PAE and without', () => {
    const narrow = Buffer.alloc(4096);
    narrow.writeUInt32LE(0x2a15067, 776 * 4); // 0xc2000000 in steps of 4 MB
    const wide = table({ 3: 0x2a15001n }).subarray(0, 32);
    for (const [pagingLevels, bytes] of [
      [2, narrow],
      [3, wide],
    ] as const) {
      const pages = new Map([
        [ownRoot, bytes],
        [otherRoot, bytes],
        [0x5000, Buffer.alloc(4096)],
      ]);
      const memory = { read: (physicalAddress: number) => pages.get(physicalAddress) };
      const of32 = { ...kernel, physBase: null, pagingLevels, textVirtualAddress: '0xc2000000' };
      expect(mapsTheSame(memory, 'i386', of32, BigInt(otherRoot))).to.equal(true);
      expect(mapsTheSame(memory, 'i386', of32, 0x5000n)).to.equal(false);
    }
  });

  it('lies in memory that the guest has', () => {
    expect(mapsTheSame(memoryWith({}), 'x86_64', kernel, 0x40000000n)).to.equal(false);
  });

  it('of i386 with PAE may have a copy of the tables below it', () => {
    const upper = (next: bigint): Buffer => {
      const bytes = Buffer.alloc(32);
      bytes.writeBigUInt64LE(next | present, 24);
      return bytes;
    };
    const middle = (word: bigint): Buffer => table({ 32: word });
    const memoryOf = (copy: bigint): Pick<ElfMemory, 'read'> => {
      const pages = new Map([
        [0x4e98000, upper(0x4e94000n)],
        [0x4e94000, middle(0x4001e1n)],
        [otherRoot, upper(0x9d000n)],
        [0x9d000, middle(copy)],
      ]);
      return { read: (physicalAddress) => pages.get(physicalAddress) };
    };
    const ofI386 = {
      ...kernel,
      textVirtualAddress: '0xc4000000',
      pageTableRoot: '0x4e98000',
      pagingLevels: 3,
    };
    const agrees = (copy: bigint): boolean =>
      mapsTheSame(memoryOf(copy), 'i386', ofI386, BigInt(otherRoot));
    expect([agrees(0x4001e1n | accessed), agrees(0x6001e1n), agrees(0n)]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });
});

describe("the laboratory's own reader of ELF dumps", () => {
  it('finds physical memory by the load segments, and nothing between them', () => {
    const file = Buffer.alloc(0x300);
    file.write('\x7fELF\x02', 0, 'latin1');
    file.writeBigUInt64LE(64n, 32); // e_phoff
    file.writeUInt16LE(2, 56); // e_phnum
    [
      { p_type: 4, p_offset: 0x200n, p_paddr: 0n, p_filesz: 0x10n },
      { p_type: 1, p_offset: 0x280n, p_paddr: 0x1000n, p_filesz: 0x20n },
    ].forEach(({ p_type, p_offset, p_paddr, p_filesz }, index) => {
      const at = 64 + index * 56;
      file.writeUInt32LE(p_type, at);
      file.writeBigUInt64LE(p_offset, at + 8);
      file.writeBigUInt64LE(p_paddr, at + 24);
      file.writeBigUInt64LE(p_filesz, at + 32);
    });
    file.write('here', 0x290, 'latin1');
    const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-lab-test-'));
    const path = join(folder, 'elf.vmcore');
    writeFileSync(path, file);
    const descriptor = openSync(path, 'r');
    try {
      const memory = new ElfMemory(descriptor);
      expect(memory.read(0x1010, 4)?.toString()).to.equal('here');
      expect([memory.read(0xfff, 4), memory.read(0x101e, 4)]).to.deep.equal([undefined, undefined]);
    } finally {
      closeSync(descriptor);
      rmSync(folder, { recursive: true });
    }
  });
});
