import { ArchitectureTable, BufferSource, type OriginSign } from '@vmcorekit/core';
import { buildElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { ElfImage } from '../dist/elf-image.js';

function signs(fields: Record<string, number>, programHeadersAt: number): readonly OriginSign[] {
  const segments = [{ p_paddr: 0x1000, data: new Uint8Array(4096) }];
  const { bytes } = buildElf({ segments, programHeadersAt, fields });
  using image = new ElfImage(new BufferSource(bytes, 'test.vmcore'), new ArchitectureTable([]));
  return image.facts.origins ?? [];
}

describe('the origin signs of an ELF header', () => {
  it('show QEMU’s short e_ehsize and its two section headers, with their places', () => {
    expect(signs({ e_ehsize: 8, e_shnum: 2 }, 192)).to.deep.equal([
      {
        axis: 'writtenBy',
        who: 'qemu',
        score: 100,
        because: 'e_ehsize is 8, a slip of QEMU since 7.2',
        at: [{ fileOffset: 52, note: 'e_ehsize' }],
      },
      {
        axis: 'writtenBy',
        who: 'qemu',
        score: 40,
        because: 'the program headers follow two section headers, at 192',
        at: [
          { fileOffset: 60, note: 'e_shnum' },
          { fileOffset: 32, note: 'e_phoff' },
        ],
      },
    ]);
  });

  it('show nothing in an ordinary header, nor in half of a habit', () => {
    expect(signs({}, 64)).to.deep.equal([]);
    expect(signs({ e_shnum: 2 }, 64)).to.deep.equal([]);
    expect(signs({}, 192)).to.deep.equal([]);
  });
});
