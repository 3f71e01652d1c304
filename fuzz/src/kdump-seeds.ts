import { deflateSync } from 'node:zlib';
import { buildKdump, buildSplitKdump, type KdumpSpec, qemuKdump } from '@vmcorekit/testing';

const blockSizeInBytes = 512;
const zlib = { flag: 1, encode: (page: Uint8Array) => deflateSync(page) };

function pageOf(pfn: number): Uint8Array {
  return new Uint8Array(blockSizeInBytes).map((_, index) =>
    index % 16 === 0 ? pfn + 1 : index % 7,
  );
}

const pages = [1, 2, 3, 5, 6, 20].map((pfn) => ({
  pfn,
  bytes: pfn === 3 ? new Uint8Array(blockSizeInBytes) : pageOf(pfn),
}));
const usual: KdumpSpec = { blockSizeInBytes, compression: zlib, maxMapnr: 40, pages };

/** A few KDUMP files of some KB, one of each kind. */
export function kdumpSeeds(): readonly Uint8Array[] {
  const specs: readonly KdumpSpec[] = [
    qemuKdump({ ...usual, vmcoreinfo: 'OSRELEASE=6.1\nNUMBER(phys_base)=0\n' }),
    { ...usual, fields: { machine: 'x86_64', dump_level: 31 }, eraseinfo: 'erased\n' },
    { ...usual, wordSizeInBits: 32, subHeader: 'padded', byteOrder: 'big', version: 5 },
    { ...usual, wordSizeInBits: 32, version: 1, bitmaps: 1 },
    {
      ...usual,
      compression: {
        flag: 4,
        encode: () => Uint8Array.of(0x80, 0x04, 0x00, 7, 0xfe, 1, 0, 0xfe, 1, 0),
      },
    },
  ];
  return [
    ...specs.map((spec) => buildKdump(spec).bytes),
    ...buildSplitKdump(usual, [4]).map(({ bytes }) => bytes),
  ];
}
