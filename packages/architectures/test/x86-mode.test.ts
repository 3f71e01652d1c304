import { i386, x8664 } from '@vmcorekit/architectures';
import { expect } from 'chai';

const paging = 0x80000011n;
const longMode = 0x00af9b00n;
const protectedMode = 0x00cf9b00n;

function modes(registers: Record<string, bigint>): (string | undefined)[] {
  return [x8664, i386].map((architecture) =>
    architecture.modeOf?.(new Map(Object.entries(registers))),
  );
}

describe('the mode of an x86 CPU', () => {
  it('follows from the L bit of the kernel’s code segment', () => {
    expect(modes({ cr0: paging, cs: 0x10n, cs_flags: longMode })).to.deep.equal([
      'x86_64',
      'x86_64',
    ]);
    expect(modes({ cr0: paging, cs: 0x60n, cs_flags: protectedMode })).to.deep.equal([
      'i386',
      'i386',
    ]);
  });

  it('does not follow from 32-bit user code, which a 64-bit kernel runs too', () => {
    expect(modes({ cr0: paging, cs: 0x23n, cs_flags: protectedMode | (3n << 13n) })).to.deep.equal([
      undefined,
      undefined,
    ]);
  });

  it('does not follow from flags of zero, in a note that was filled without them', () => {
    expect(modes({ cr0: paging, cs: 0x10n, cs_flags: 0n })).to.deep.equal([undefined, undefined]);
  });

  it('does not follow from firmware without paging, nor without QEMU’s note', () => {
    expect(modes({ cr0: 0x11n, cs: 0x8n, cs_flags: protectedMode })).to.deep.equal([
      undefined,
      undefined,
    ]);
    expect(modes({ cs: 0x10n })).to.deep.equal([undefined, undefined]);
  });
});
