import { expect } from 'chai';
import { memoryLink, placeInLink } from '../dist/page/links/memory-link.js';

describe('a link to memory', () => {
  it('names the space and the address, and is read back', () => {
    const link = memoryLink('virtual', 0xffff_8880_0000_1234n);
    expect(link).to.equal('#/memory/virtual/0xffff888000001234');
    expect(placeInLink(link)).to.deep.equal({ space: 'virtual', address: 0xffff_8880_0000_1234n });
  });

  it('is none beyond 64 bits, or without a space', () => {
    expect(placeInLink('#/memory/virtual/0x10000000000000000')).to.equal(undefined);
    expect(placeInLink('#/memory/0x1000')).to.equal(undefined);
    expect(placeInLink('#/memory')).to.equal(undefined);
    expect(placeInLink('#/memory/physical/0x10000000000000')).to.equal(undefined);
    expect(placeInLink('#/memory/physical/0xfffffffffffff')?.address).to.equal(0xf_ffff_ffff_ffffn);
  });
});
