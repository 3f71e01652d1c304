import { locatedKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { namingOption } from '../../dist/text/naming-option.js';

describe('the option that names a kernel', () => {
  const imageOffset = 0xffff_d61b_5a80_0000n;
  const cases = [
    // phys_base  text         offsets are  option
    [-0x25600000, 0x40200000, 'own', '--phys-base OFFSET -0x25600000'],
    [null, 0x40200000, 'own', '--image-offset OFFSET 0xffffd61b5a800000'],
    [null, null, 'own', '--image-offset OFFSET 0xffffd61b5a800000'],
    [null, 0x2000_0000, 'shared', '--text-at ADDRESS 0x20000000'],
    [null, 0, 'shared', '--text-at ADDRESS 0x0'],
    [null, null, 'shared', '--text-at ADDRESS null'],
  ] as const;
  for (const [physBase, textPhysicalAddress, offsets, wanted] of cases) {
    it(`with phys_base ${physBase}, text at ${textPhysicalAddress}, ${offsets} offsets: ${wanted}`, () => {
      const kernel = locatedKernel({ physBase, imageOffset, textPhysicalAddress });
      const { name, placeholder, value } = namingOption(kernel, {
        isOffsetShared: offsets === 'shared',
      });
      expect(`${name} ${placeholder} ${value}`).to.equal(wanted);
    });
  }
});
