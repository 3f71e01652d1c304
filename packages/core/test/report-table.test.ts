import {
  cellTextOf,
  isReportText,
  type ReportColumn,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import { expect } from 'chai';

interface Row {
  readonly name: string;
  readonly size: number | null;
}

const columns: readonly ReportColumn<Row>[] = [
  { key: 'name', title: 'NAME', value: ({ name }) => name, text: ({ name }) => `[${name}]` },
  { key: 'size', title: 'SIZE', kind: 'number', value: ({ size }) => size },
  { key: 'isKnown', value: ({ size }) => size !== null },
  { title: 'NOTE', kind: 'sentence', value: () => null, text: () => 'for people' },
];
const rows: readonly Row[] = [
  { name: 'ext4', size: 12 },
  { name: 'tun', size: null },
];

describe('reportTable', () => {
  it('has the columns with a title, as people read them', () => {
    expect(reportTable(columns, rows)).to.deep.equal({
      heads: [
        { title: 'NAME', kind: 'word' },
        { title: 'SIZE', kind: 'number' },
        { title: 'NOTE', kind: 'sentence' },
      ],
      cells: [
        ['[ext4]', '12', 'for people'],
        ['[tun]', '–', 'for people'],
      ],
    });
  });

  it('has heads also where no row is left', () => {
    expect(reportTable(columns, []).cells).to.deep.equal([]);
    expect(reportTable(columns, []).heads.length).to.equal(3);
  });
});

describe('reportRows', () => {
  it('has the columns with a key, as programs read them', () => {
    const { columns: names, rows: values } = reportRows(columns, rows);
    expect(names).to.deep.equal(['name', 'size', 'isKnown']);
    expect([...values]).to.deep.equal([
      ['ext4', 12, true],
      ['tun', null, false],
    ]);
  });

  it('reads the rows only when they are asked for, and again each time', () => {
    let asked = 0;
    const counted = {
      *[Symbol.iterator]() {
        asked++;
        yield* rows;
      },
    };
    const { rows: values } = reportRows(columns, counted);
    expect(asked).to.equal(0);
    expect([...values].length + [...values].length).to.equal(4);
    expect(asked).to.equal(2);
  });
});

describe('cellTextOf', () => {
  it('shows a dash for null, a list with commas, and all else as it is', () => {
    expect([null, 0, false, 'x', ['a', 'b']].map(cellTextOf)).to.deep.equal([
      '–',
      '0',
      'false',
      'x',
      'a, b',
    ]);
  });
});

describe('isReportText', () => {
  it('holds of lines and tables', () => {
    expect(isReportText(['a line', reportTable(columns, rows)])).to.equal(true);
    expect(isReportText([])).to.equal(true);
  });

  for (const [what, value] of [
    ['a text alone', 'a line'],
    ['a number among the lines', ['a line', 7]],
    ['null among the lines', [null]],
    ['a table without cells', [{ heads: [] }]],
    ['a head without a title', [{ heads: [{}], cells: [] }]],
    ['null for a head', [{ heads: [null], cells: [] }]],
    ['a row of another length', [{ heads: [{ title: 'A', kind: 'word' }], cells: [['a', 'b']] }]],
    ['a number for a cell', [{ heads: [{ title: 'A', kind: 'word' }], cells: [[1]] }]],
    ['no list for a row', [{ heads: [], cells: ['a'] }]],
  ] as const) {
    it(`does not hold of ${what}`, () => {
      expect(isReportText(value)).to.equal(false);
    });
  }
});
