import { expect } from 'chai';
import fc from 'fast-check';
import { Cells } from '../../dist/page/table/cells.js';
import { nextOrder, orderedRows } from '../../dist/page/table/order.js';
import { packed } from './packed.ts';

function ordered(texts: readonly string[], isDescending = false): string[] {
  const cells = new Cells(
    packed(
      ['A'],
      texts.map((text) => [text]),
    ),
  );
  const rows = Uint32Array.from(texts, (_, row) => row);
  return Array.from(orderedRows(cells, rows, { column: 0, isDescending }), (row) =>
    cells.at(row, 0),
  );
}

describe('the order of a table', () => {
  it('compares numbers as numbers', () => {
    expect(ordered(['10', '9', '-2', '1.5'])).to.deep.equal(['-2', '1.5', '9', '10']);
  });

  it('compares addresses of 64 bits by their last digit too', () => {
    const high = ['ffff8f0000000002', 'ffff8f0000000001', '0xabc'];
    expect(ordered(high)).to.deep.equal(['0xabc', 'ffff8f0000000001', 'ffff8f0000000002']);
  });

  it('compares numbers within texts as numbers', () => {
    expect(ordered(['cpu10', 'cpu9', 'CPU1'])).to.deep.equal(['CPU1', 'cpu9', 'cpu10']);
  });

  it('has unknown cells last, up and down', () => {
    expect(ordered(['–', '2', '', '1'])).to.deep.equal(['1', '2', '–', '']);
    expect(ordered(['–', '2', '', '1'], true)).to.deep.equal(['2', '1', '–', '']);
  });

  it('keeps the order of rows with equal cells, up and down', () => {
    const cells = new Cells(
      packed(
        ['A', 'B'],
        [
          ['1', 'x'],
          ['0', 'y'],
          ['1', 'z'],
        ],
      ),
    );
    const rows = Uint32Array.of(0, 1, 2);
    expect([...orderedRows(cells, rows, { column: 0, isDescending: false })]).to.deep.equal([
      1, 0, 2,
    ]);
    expect([...orderedRows(cells, rows, { column: 0, isDescending: true })]).to.deep.equal([
      0, 2, 1,
    ]);
  });

  it('orders any whole numbers as JavaScript does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const sorted = [...numbers].sort((one, other) => one - other).map(String);
        expect(ordered(numbers.map(String))).to.deep.equal(sorted);
      }),
    );
  });

  it('goes up, down and back with three clicks on a head', () => {
    const up = nextOrder(null, 2);
    expect(up).to.deep.equal({ column: 2, isDescending: false });
    const down = nextOrder(up, 2);
    expect(down).to.deep.equal({ column: 2, isDescending: true });
    expect(nextOrder(down, 2)).to.equal(null);
    expect(nextOrder(down, 1)).to.deep.equal({ column: 1, isDescending: false });
  });
});
