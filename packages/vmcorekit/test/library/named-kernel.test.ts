import type { KernelClaim, KernelLayout } from '@vmcorekit/core';
import { arm64Layout, ppc64Layout, x8664Layout } from '@vmcorekit/linux';
import { expect } from 'chai';
import { isOtherThanNamed } from '../../dist/library/named-kernel.js';

const physBase = 0x20_0000;
const ofX86 = { imageOffset: 0xffff_ffff_7fe0_0000n, textPhysicalAddress: 0x120_0000 };
const ofArm64 = { imageOffset: 0xffff_d61b_5a80_0000n, textPhysicalAddress: 0x4020_0000 };
const ofPpc64 = { imageOffset: 0xc000_0000_0000_0000n, textPhysicalAddress: 0x2000_0000 };

type Located = typeof ofX86;
const rows: readonly (readonly [
  machine: string,
  layout: KernelLayout,
  located: Located,
  told: KernelClaim | undefined,
  isOther: boolean,
])[] = [
  ['x86_64', x8664Layout, ofX86, undefined, false],
  ['x86_64', x8664Layout, ofX86, {}, false],
  ['x86_64', x8664Layout, ofX86, { physBase }, false],
  ['x86_64', x8664Layout, ofX86, { physBase: 0 }, true],
  ['x86_64', x8664Layout, ofX86, { imageOffset: ofX86.imageOffset }, false],
  ['x86_64', x8664Layout, ofX86, { textPhysicalAddress: 0x120_0000 }, true],
  ['arm64', arm64Layout, ofArm64, { imageOffset: ofArm64.imageOffset }, false],
  ['arm64', arm64Layout, ofArm64, { imageOffset: 0n }, true],
  // The memory of the kernel found was given where a number of another machine was.
  ['arm64', arm64Layout, ofArm64, { physBase }, true],
  ['arm64', arm64Layout, ofArm64, { textPhysicalAddress: 0x4020_0000 }, true],
  ['ppc64', ppc64Layout, ofPpc64, { textPhysicalAddress: 0x2000_0000 }, false],
  // A crashed kernel and its capture kernel have one image offset.
  ['ppc64', ppc64Layout, ofPpc64, { textPhysicalAddress: 0 }, true],
  ['ppc64', ppc64Layout, ofPpc64, { imageOffset: ofPpc64.imageOffset }, true],
  ['ppc64', ppc64Layout, ofPpc64, { release: '6.1' }, false],
];

describe('a kernel that the user names', () => {
  for (const [machine, layout, located, told, isOther] of rows) {
    const named = Object.entries(told ?? {}).map(([name, value]) => `${name} ${value}`);
    it(`on ${machine} by ${named.join() || 'nothing'} is ${isOther ? 'not ' : ''}that one`, () => {
      expect(isOtherThanNamed({ layout }, told, located)).to.equal(isOther);
    });
  }

  it('is no other where none is located', () => {
    expect(isOtherThanNamed({ layout: x8664Layout }, { physBase: 0 }, null)).to.equal(false);
  });
});
