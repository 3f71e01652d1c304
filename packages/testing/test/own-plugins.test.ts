import { deflateSync } from 'node:zlib';
import { zlibPako } from '@vmcorekit/compressors';
import { ElfFormat } from '@vmcorekit/format-elf';
import { KdumpFormat } from '@vmcorekit/format-kdump';
import {
  buildElf,
  buildKdump,
  buildSplitKdump,
  describeFormat,
  type FormatCase,
  type KdumpSpec,
  prstatusNote,
  qemuElf,
  qemuKdump,
} from '@vmcorekit/testing';

const page = Uint8Array.from({ length: 4096 }, (_, index) => (index * index) & 0xff);
const zeros = new Uint8Array(4096);
const flagZlib = 1;
const zlib = { flag: flagZlib, encode: (bytes: Uint8Array) => new Uint8Array(deflateSync(bytes)) };

const load = { p_type: 1, p_paddr: 0x10000, p_memsz: 4096, data: page };
const inElf = [{ address: 0x10000, bytes: page }];
const elfCases: readonly FormatCase[] = [
  { title: 'as QEMU writes it', files: [buildElf(qemuElf([load])).bytes], holds: inElf },
  {
    title: 'of a 32-bit big-endian machine, with notes',
    files: [
      buildElf({
        wordSizeInBits: 32,
        byteOrder: 'big',
        segments: [{ notes: [prstatusNote({ pr_pid: 1 })] }, load],
        fields: { e_machine: 8 },
      }).bytes,
    ],
    holds: inElf,
  },
  {
    title: 'with more segments than e_phnum counts, and a tail that is zero',
    files: [buildElf({ segments: [{ ...load, p_memsz: 8192 }], hasExtendedCount: true }).bytes],
    holds: [...inElf, { address: 0x11000, bytes: zeros }],
  },
];

const pages: KdumpSpec['pages'] = [
  { pfn: 0, bytes: zeros },
  { pfn: 1, bytes: page },
  { pfn: 5, bytes: page },
];
const inKdump = [
  { address: 0, bytes: zeros },
  { address: 4096, bytes: page },
  { address: 5 * 4096, bytes: page },
];
const kdumpCases: readonly FormatCase[] = [
  { title: 'as QEMU writes it', files: [buildKdump(qemuKdump({ pages })).bytes], holds: inKdump },
  {
    title: 'compressed, with one bitmap',
    files: [buildKdump({ pages, compression: zlib, bitmaps: 1 }).bytes],
    holds: inKdump,
  },
  ...[1, 2, 3, 4, 5].map((version) => ({
    title: `of header version ${version}`,
    files: [buildKdump({ pages, version, compression: zlib }).bytes],
    holds: inKdump,
  })),
  {
    title: 'of a 32-bit big-endian machine',
    files: [buildKdump({ pages, wordSizeInBits: 32, subHeader: 'padded', byteOrder: 'big' }).bytes],
    holds: inKdump,
  },
  {
    title: 'in two parts',
    files: buildSplitKdump({ pages, compression: zlib }, [4]).map(({ bytes }) => bytes),
    holds: inKdump,
  },
];

describe('every format that vmcorekit reads, by the conformance kit', () => {
  describeFormat(new ElfFormat(), { cases: elfCases });
  describeFormat(new KdumpFormat(), { compressors: [zlibPako], cases: kdumpCases });
});
