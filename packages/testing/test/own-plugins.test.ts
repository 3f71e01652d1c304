import { deflateSync } from 'node:zlib';
import { snappySnappyjs, zlibNode, zlibPako, zstdWasm } from '@vmcorekit/compressors';
import { ElfFormat } from '@vmcorekit/format-elf';
import { KdumpFormat } from '@vmcorekit/format-kdump';
import { buildElf, buildKdump, describeCompressor, describeFormat, qemuElf, qemuKdump } from '@vmcorekit/testing';

const page = Uint8Array.from({ length: 4096 }, (_, index) => (index * index) & 0xff);
const zlibSamples = [{ title: 'a page of zlib’s own', encoded: new Uint8Array(deflateSync(page)), decoded: page }];

describe('the conformance kit, on plug-ins that come with vmcorekit', () => {
  describeCompressor(zlibNode, { samples: zlibSamples });
  describeCompressor(zlibPako, { samples: zlibSamples });
  describeCompressor(snappySnappyjs, { samples: [] });
  describeCompressor(zstdWasm, { samples: [] });

  describeFormat(new ElfFormat(), {
    cases: [
      {
        title: 'as QEMU writes it',
        files: [buildElf(qemuElf([{ p_type: 1, p_paddr: 0x10000, p_memsz: 4096, data: page }])).bytes],
        holds: [{ address: 0x10000, bytes: page }],
      },
    ],
  });

  describeFormat(new KdumpFormat(), {
    compressors: [zlibNode],
    cases: [
      {
        title: 'as QEMU writes it',
        files: [buildKdump(qemuKdump({ pages: [{ pfn: 0 }, { pfn: 1, bytes: page }, { pfn: 2 }] })).bytes],
        holds: [
          { address: 4096, bytes: page },
          { address: 8192, bytes: new Uint8Array(4096) },
        ],
      },
    ],
  });
});
