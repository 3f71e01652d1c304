import { type DataColumn, plainStyle, tableLines } from '@vmcorekit/report';
import { expect } from 'chai';

interface Row {
  readonly name: string;
  readonly size: number | null;
}

const columns: readonly DataColumn<Row>[] = [
  { key: 'name', title: 'name', value: ({ name }) => name },
  { key: 'size', title: 'size', kind: 'number', value: ({ size }) => size },
];

function* many(count: number): Generator<Row, void, void> {
  for (let size = 0; size < count; size++) {
    yield { name: 'a', size };
  }
}

describe('a table as data, for people', () => {
  it('shows a dash for what is not known, and numbers at their right', () => {
    const rows = [
      { name: 'first', size: 1000 },
      { name: 'b', size: null },
    ];
    expect(tableLines(columns, rows, plainStyle())).to.deep.equal([
      '  name   size',
      '  first  1000',
      '  b         –',
    ]);
  });

  it('has no lines for no rows', () => {
    expect(tableLines(columns, [], plainStyle())).to.deep.equal([]);
  });

  it('escapes what would steer a terminal', () => {
    const [, line] = tableLines(columns, [{ name: '\x1b[31m', size: 1 }], plainStyle());
    expect(line).to.equal('  \\x1b[31m     1');
  });

  it('keeps the first 2,000 rows of many, and counts the others', () => {
    const lines = tableLines(columns, many(5000), plainStyle());
    expect(lines).to.have.lengthOf(2002);
    expect(lines.at(-1)).to.equal('  and 3000 more (--json shows all)');
  });
});
