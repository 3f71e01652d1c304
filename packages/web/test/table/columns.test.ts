import { expect } from 'chai';
import { Cells } from '../../dist/page/table/cells.js';
import {
  gridColumns,
  memoryAddress,
  pointerColumns,
  wantsWrap,
} from '../../dist/page/table/columns.js';
import { packed } from './packed.ts';

describe('the columns of a table', () => {
  it('are as wide as their longest word or head', () => {
    const cells = new Cells(
      packed(
        ['NAME', 'N'],
        [
          ['a', 'longest'],
          ['ab', ''],
        ],
      ),
    );
    expect(gridColumns(cells, true)).to.equal(
      'calc(6ch + var(--step) * 4) calc(7ch + var(--step) * 4) 1fr',
    );
  });

  it('count a letter of East Asia as two places', () => {
    expect(new Cells(packed(['A'], [['日本語です']])).longestOf(0)).to.equal(10);
  });

  it('wrap only where a table has long prose', () => {
    const long = [['w'.repeat(100)]];
    expect(wantsWrap(new Cells(packed(['A'], long, 'prose')))).to.equal(true);
    expect(wantsWrap(new Cells(packed(['A'], long, 'word')))).to.equal(false);
    expect(wantsWrap(new Cells(packed(['A'], [['short']], 'prose')))).to.equal(false);
  });

  it('lead to memory where every known cell is a kernel address', () => {
    const cells = new Cells(
      packed(
        ['TASK', 'TAG'],
        [
          ['ffff8f0000001000', 'ff12345678901234'],
          ['–', '0123456789abcdef'],
        ],
      ),
    );
    expect([...pointerColumns(cells)]).to.deep.equal([0]);
    expect(memoryAddress('ffff8f0000001000')).to.equal('#/memory/virtual/0xffff8f0000001000');
    expect(memoryAddress('–')).to.equal(null);
  });
});
