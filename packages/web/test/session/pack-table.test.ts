import { expect } from 'chai';
import { Cells } from '../../dist/page/table/cells.js';
import { exportRows } from '../../dist/session/analysis/export-rows.js';
import { packRows, packText } from '../../dist/session/analysis/pack-table.js';

describe('the tables that the worker packs', () => {
  it('hold the cells that the command prints, with what could mislead escaped', () => {
    const table = packRows(
      ['pid', 'comm', 'seenBy'],
      [
        [1, 'a\u202eb', ['list', 'tree']],
        [null, '', []],
      ],
    );
    expect(table.heads.map(({ kind }) => kind)).to.deep.equal(['number', 'word', 'prose']);
    const cells = new Cells(table);
    const rows = [0, 1].map((row) => [0, 1, 2].map((column) => cells.at(row, column)));
    expect(rows).to.deep.equal([
      ['1', 'a\\u{202e}b', 'list, tree'],
      ['–', '', ''],
    ]);
  });

  it('have the lines between tables as one text', () => {
    const heads = [{ title: 'A', kind: 'word' }] as const;
    const packed = packText(['one', 'two\nthree', { heads, cells: [['x']] }, 'four']);
    expect(packed[0]).to.match(/^one\ntwo.+three$/);
    expect(packed[1]).to.include({ rowCount: 1 });
    expect(packed[2]).to.equal('four');
  });

  it('are saved whole, or the chosen rows in their order', () => {
    const kept = {
      report: { text: [], data: [] },
      columns: ['a', 'b'],
      rows: [
        [1, 'x'],
        [2, 'y'],
        [3, null],
      ],
    };
    expect(exportRows(kept, 'csv')).to.equal('a,b\r\n1,x\r\n2,y\r\n3,\r\n');
    expect(exportRows(kept, 'jsonl', Uint32Array.of(2, 0))).to.equal(
      '{"schema":1,"a":3,"b":null}\n{"schema":1,"a":1,"b":"x"}\n',
    );
  });

  it('are refused in a form of rows where the answer is no table', () => {
    const kept = { report: { text: [], data: [] }, columns: [], rows: null };
    expect(() => exportRows(kept, 'csv')).to.throw('--csv');
  });
});
