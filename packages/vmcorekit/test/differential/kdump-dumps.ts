import { deflateSync } from 'node:zlib';
import {
  buildKdump,
  buildSplitKdump,
  type KdumpPage,
  type KdumpSpec,
  prstatusNote,
} from '@vmcorekit/testing';
import fc from 'fast-check';
import { byteAt, type GeneratedDump, Truth } from './truth.ts';

const anyMachine = fc.constantFrom<readonly [string, string, 32 | 64, 'little' | 'big', number]>(
  ['x86_64', 'x86_64', 64, 'little', 4096],
  ['s390x', 's390x', 64, 'big', 4096],
  ['i386', 'i686', 32, 'little', 4096],
  ['ppc', 'ppc', 32, 'big', 4096],
  ['ppc', 'ppc', 32, 'big', 16_384],
  ['arm64', 'aarch64', 64, 'little', 4096],
  ['arm64', 'aarch64', 64, 'little', 16_384],
  ['arm64', 'aarch64', 64, 'little', 65_536],
  ['ppc64', 'ppc64', 64, 'big', 4096],
  ['ppc64', 'ppc64', 64, 'big', 65_536],
);

const anyPage = fc.constantFrom(
  'data',
  'raw',
  'zero',
  'left out',
  'unlisted',
  'none',
  'lost',
  'bad size',
  'bad data',
);

/** KDUMP dumps of all kinds of pages, whole or split, some of them damaged. */
export const anyKdumpDump: fc.Arbitrary<GeneratedDump> = fc
  .record({
    machine: anyMachine,
    kinds: fc.array(anyPage, { minLength: 1, maxLength: 10 }),
    dump_level: fc.constantFrom(0, 1, 31),
    bitmaps: fc.constantFrom<1 | 2>(1, 2),
    sharesZeroPage: fc.boolean(),
    isCompressed: fc.boolean(),
    isSplit: fc.boolean(),
    hasVmcoreinfo: fc.boolean(),
    cut: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(9000) }),
  })
  .map((recipe) => {
    const { machine, kinds, dump_level, bitmaps, isSplit, hasVmcoreinfo, ...rest } = recipe;
    const [architecture, name, wordSizeInBits, byteOrder, size] = machine;
    // The last page lies at the end of the last file, not compressed.
    const all = [...kinds.slice(0, size === 65_536 ? 3 : kinds.length), 'raw'];
    const truth = new Truth(size, all.length);
    const pages = all.flatMap((kind, pfn): KdumpPage[] => {
      const bytes =
        kind === 'zero'
          ? new Uint8Array(size)
          : Uint8Array.from({ length: size }, (_, at) => textAt(pfn * size + at));
      paint(truth, pfn, bytes, stateOf(kind, bitmaps, dump_level));
      switch (kind) {
        case 'none':
          return [];
        case 'left out':
          return [{ pfn }];
        case 'lost':
          return [{ pfn, bytes, descriptor: { offset: 0 } }];
        case 'bad size':
          return [{ pfn, bytes, descriptor: { size: size + 1 } }];
        case 'bad data':
          // No compression: what says so cannot be decoded.
          return [{ pfn, bytes, isRaw: true, descriptor: { flags: 1 } }];
        default:
          return [{ pfn, bytes, isRaw: kind === 'raw' }];
      }
    });
    const spec: KdumpSpec = {
      pages,
      wordSizeInBits,
      byteOrder,
      // As each of these machines aligns 64-bit members.
      subHeader: architecture === 'ppc' ? 'padded' : 'packed',
      blockSizeInBytes: size,
      bitmaps,
      maxMapnr: all.length,
      sharesZeroPage: rest.sharesZeroPage,
      ...(rest.isCompressed
        ? { compression: { flag: 1, encode: (page) => deflateSync(page) } }
        : {}),
      ...(architecture === 'x86_64' ? { notes: [prstatusNote({ pr_pid: 1 })] } : {}),
      ...(hasVmcoreinfo ? { vmcoreinfo: `OSRELEASE=6.1.0\nPAGESIZE=${size}\n` } : {}),
      fields: { machine: name, dump_level },
    };
    const middle = Math.floor(all.length / 2);
    const files = isSplit ? buildSplitKdump(spec, [middle]) : [buildKdump(spec)];
    const unlisted =
      bitmaps === 1 ? [] : all.flatMap((kind, pfn) => (kind === 'unlisted' ? [pfn] : []));
    for (const { bytes, bitmapsAt } of files) {
      for (const pfn of unlisted) {
        // The first bitmap says that there is no such page, the second that it is dumped.
        bytes[bitmapsAt + (pfn >> 3)] = (bytes[bitmapsAt + (pfn >> 3)] ?? 0) & ~(1 << (pfn & 7));
      }
    }
    const cut = Math.min(rest.cut, size);
    for (let at = truth.sizeInBytes - cut; at < truth.sizeInBytes; at++) {
      truth.set(at, 'corrupt');
    }
    return {
      files: files.map(({ bytes }, index) =>
        index === files.length - 1 ? bytes.subarray(0, bytes.length - cut) : bytes,
      ),
      truth,
      isDamaged: unlisted.length > 0 || cut > 0 || truth.pageStates().includes('corrupt'),
      recipe,
    };
  });

function stateOf(
  kind: string,
  bitmaps: number,
  dump_level: number,
): 'stored' | 'zero' | 'excluded' | 'corrupt' | 'absent' {
  switch (kind) {
    case 'none':
      return 'absent';
    case 'left out':
      // With one bitmap nothing says that a page exists that is not dumped.
      return bitmaps === 1 ? 'absent' : dump_level === 1 ? 'zero' : 'excluded';
    case 'lost':
    case 'bad size':
    case 'bad data':
      return 'corrupt';
    default:
      return 'stored';
  }
}

function paint(
  truth: Truth,
  pfn: number,
  bytes: Uint8Array,
  state: ReturnType<typeof stateOf>,
): void {
  for (const [index, value] of bytes.entries()) {
    truth.set(pfn * bytes.length + index, state, state === 'stored' ? value : 0);
  }
}

/** Compresses well. */
function textAt(address: number): number {
  return byteAt(address >> 6, 7) | 1;
}
