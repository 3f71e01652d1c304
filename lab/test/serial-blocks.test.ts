import { countBlocks, parseBlocks, sectionOf } from '@vmcorekit/lab/truth/serial-blocks';
import { expect } from 'chai';

const oneKernel =
  '[    1.2] booting\r\n===LAB-TRUTH-BEGIN===\r\n@@@ release\r\n6.1.0\r\n@@@ modules\r\n@@@ iomem\r\n1-2 : a\r\n  3-4 : b\r\n===LAB-TRUTH-END===\r\n';

describe('the truth on the console', () => {
  it('is cut into sections, empty ones too', () => {
    const [block] = parseBlocks(oneKernel);
    expect([...(block ?? [])]).to.deep.equal([
      ['release', '6.1.0'],
      ['modules', ''],
      ['iomem', '1-2 : a\n  3-4 : b'],
    ]);
  });

  it('comes once for each kernel that prints it', () => {
    const blocks = parseBlocks(
      `${oneKernel}Kernel panic\r\n${oneKernel.replace('6.1.0', '6.1.1')}`,
    );
    expect(blocks.map((block) => sectionOf(block, 'release'))).to.deep.equal(['6.1.0', '6.1.1']);
  });

  it('is refused while a block is unfinished', () => {
    const unfinished = oneKernel.slice(0, oneKernel.indexOf('===LAB-TRUTH-END==='));
    expect(countBlocks(unfinished)).to.equal(0);
    expect(() => parseBlocks(unfinished)).to.throw('truth block 1 does not end');
  });

  it('says which section is missing', () => {
    expect(() => sectionOf(new Map(), 'iomem')).to.throw('the guest printed no iomem');
  });
});
