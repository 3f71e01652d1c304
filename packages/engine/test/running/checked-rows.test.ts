import type { CellValue, ReportRows } from '@vmcorekit/core';
import { expect } from 'chai';
import { areReportRows, checkedRows } from '../../dist/running/checked-rows.js';

function rowsOf(rows: Iterable<unknown>): Iterable<readonly CellValue[]> {
  const table = { columns: ['a', 'b'], rows } as ReportRows;
  return checkedRows("analyzer 'odd'", table).rows;
}

describe('the rows of an analyzer', () => {
  it('are passed on as they are', () => {
    const rows = [
      [1, 'x'],
      [null, ['y', 'z']],
    ];
    expect([...rowsOf(rows)]).to.deep.equal(rows);
  });

  it('end where one has another number of cells, or a cell no table can hold', () => {
    const odds = [null, 'ab', [1], [1, 2, 3], [1, { b: 2 }], [1, undefined], [1, 2n]];
    for (const [index, odd] of odds.entries()) {
      expect(() => [...rowsOf([[1, 2], odd])], `row ${index}`)
        .to.throw('a row of its report is not one cell for each column')
        .with.property('code', 'plugin-failed');
    }
  });

  it('end with the failure of the plug-in where making one throws', () => {
    const failing = {
      *[Symbol.iterator]() {
        yield [1, 2];
        throw new TypeError('no record');
      },
    };
    expect(() => [...rowsOf(failing)])
      .to.throw("analyzer 'odd'")
      .with.property('code', 'plugin-failed');
  });

  it('are known by their columns and by being iterable', () => {
    expect(areReportRows({ columns: ['a'], rows: [] })).to.equal(true);
    for (const odd of [null, [], { columns: ['a'] }, { columns: [1], rows: [] }, { rows: [] }]) {
      expect(areReportRows(odd), JSON.stringify(odd)).to.equal(false);
    }
    expect(areReportRows({ columns: ['a'], rows: 'text' })).to.equal(false);
  });
});
