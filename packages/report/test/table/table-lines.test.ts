import type { ColumnKind } from '@vmcorekit/core';
import { type DataColumn, plainStyle, tableLines } from '@vmcorekit/report';
import { expect } from 'chai';
import fc from 'fast-check';

interface Row {
  readonly name: string;
  readonly size: number | null;
}

const columns: readonly DataColumn<Row>[] = [
  { key: 'name', title: 'name', value: ({ name }) => name },
  { key: 'size', title: 'size', kind: 'number', value: ({ size }) => size },
];

type Cells = readonly [first: string, second: string, third: string];

function cells(...kinds: readonly [ColumnKind, ColumnKind, ColumnKind]): DataColumn<Cells>[] {
  return kinds.map((kind, index) => ({
    title: 'ABC'.charAt(index),
    kind,
    value: (row) => row[index] ?? null,
  }));
}

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

  it('gives a row one line where the width is not limited', () => {
    const row: Cells = ['a', 'word '.repeat(500).trim(), 'b'];
    expect(tableLines(cells('word', 'prose', 'sentence'), [row], plainStyle())).to.have.lengthOf(2);
  });

  it('puts a sentence beneath its row where the others leave no room for it', () => {
    const row: Cells = [
      'banner',
      'proof',
      'the text reads Linux version 6.1.0, at 0xffffffff81000000',
    ];
    const threeColumns = cells('word', 'word', 'sentence');
    expect(tableLines(threeColumns, [row], plainStyle(80))).to.deep.equal([
      '  A       B      C',
      `  ${row.join('  ')}`,
    ]);
    expect(tableLines(threeColumns, [row], plainStyle(50))).to.deep.equal([
      '  A       B',
      '  banner  proof',
      '    the text reads Linux version 6.1.0, at',
      '    0xffffffff81000000',
    ]);
  });

  // The registers of a CPU left the width of 80 columns.
  it('puts columns beneath the others, whole, where the width does not hold them', () => {
    const row: Cells = ['0', '0xffffffff81000000', '0x10a2000'];
    expect(tableLines(cells('word', 'number', 'number'), [row], plainStyle(24))).to.deep.equal([
      '  A                   B',
      '            C',
      '  0  0xffffffff81000000',
      '    0x10a2000',
    ]);
  });

  it('has no head where no column has a title', () => {
    const untitled = columns.map((column) => ({ ...column, title: '' }));
    expect(tableLines(untitled, many(1), plainStyle())).to.deep.equal(['  a  0']);
  });

  it('paints cells without moving any', () => {
    const paint = () => (text: string) => `<${text}>`;
    const painted = columns.map((column) => ({ ...column, paint }));
    const lines = tableLines(painted, [{ name: 'ab', size: 7 }], plainStyle());
    expect(lines).to.deep.equal(['  name  size', '  <ab>       <7>']);
  });

  it('stays within its width, and breaks no word and no number', () => {
    const kind = fc.constantFrom('word', 'number', 'prose', 'sentence');
    const kinds = fc.tuple(kind, kind, kind);
    const cell = fc.stringMatching(
      /^([a-z]{1,9}|0x[0-9a-f]{1,30})( [a-z]{1,9}| 0x[0-9a-f]{1,30}){0,5}$/,
    );
    const text = cell.map((each) => each.slice(0, 40).replace(/ $/, ''));
    fc.assert(
      fc.property(
        kinds,
        fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 46, max: 200 }),
        (of, rows, width) => {
          const lines = tableLines(cells(...of), rows, plainStyle(width));
          expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(width);
          const words = lines.join(' ').split(/ +/);
          expect(words).to.include.members(rows.flat().flatMap((each) => each.split(' ')));
        },
      ),
    );
  });
});
