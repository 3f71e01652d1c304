import { pagesNamedIn } from '@vmcorekit/linux';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const at = 0x4021_0000;

function codeOf(...words: readonly number[]): Uint8Array {
  const code = new DataView(new ArrayBuffer(words.length * 4));
  for (const [index, word] of words.entries()) {
    code.setUint32(index * 4, word, true);
  }
  return new Uint8Array(code.buffer);
}

function pages(...words: readonly number[]): readonly number[] {
  return pagesNamedIn('arm64', codeOf(...words), at);
}

const nop = 0xd503_201f;
/** `adrp x19` of a page 0x2000 ahead, 0x1000 back and 0x134b000 ahead. */
const [twoAhead, oneBack, farAhead] = [0xd000_0013, 0xf0ff_fff3, 0xf000_9a53];
/** `add x0, x19, #0` and `add x0, x19, #0xf10`. */
const [start, within] = [0x9100_0260, 0x913c_4260];

describe('the pages that code of arm64 names', () => {
  it('are those to which ADRP and ADD lead, before and after the code', () => {
    expect(pages(twoAhead, start)).to.deep.equal([at + 0x2000]);
    expect(pages(oneBack, nop, start)).to.deep.equal([at - 0x1000]);
    expect(pages(farAhead, start)).to.deep.equal([at + 0x134_b000]);
  });

  it('are not those in which code names a place', () => {
    expect(pages(twoAhead, within)).to.deep.equal([]);
    expect(pages(twoAhead)).to.deep.equal([]);
    expect(pages(twoAhead, ...Array.from({ length: 40 }, () => nop), start)).to.deep.equal([]);
  });

  it('come by how often they are named', () => {
    const found = pages(oneBack, start, twoAhead, start, twoAhead, start);
    expect(found).to.deep.equal([at + 0x2000, at - 0x1000]);
  });

  it('are whole pages of memory, in any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (code) => {
        for (const page of pagesNamedIn('arm64', code, 0x1000)) {
          expect(page % 0x1000).to.equal(0);
          expect(page).to.be.at.least(0);
        }
      }),
      { numRuns: propertyRuns(200) },
    );
  });

  it('are unknown on machines whose code is not known', () => {
    expect(pagesNamedIn('x86_64', codeOf(twoAhead, start), at)).to.deep.equal([]);
  });
});
