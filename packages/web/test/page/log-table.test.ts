import { expect } from 'chai';
import { levelClass, logTable } from '../../dist/page/log/log-table.js';
import { Cells } from '../../dist/page/table/cells.js';

const names = ['emerg', 'alert', 'crit', 'err'];

describe('the log as a table', () => {
  it('has the level beside each line', () => {
    const { table, levels } = logTable('<3>[    0.1] one\n<0>two <1>\nlost: record 7', names);
    const cells = new Cells(table);
    const rows = [0, 1, 2].map((row) => [cells.at(row, 0), cells.at(row, 1)]);
    expect(rows).to.deep.equal([
      ['err', '[    0.1] one'],
      ['emerg', 'two <1>'],
      ['', 'lost: record 7'],
    ]);
    expect([...levels].map(levelClass)).to.deep.equal(['urgent', 'urgent', '']);
  });

  it('is empty for a log without lines', () => {
    expect(logTable('', names).table.rowCount).to.equal(0);
  });
});
