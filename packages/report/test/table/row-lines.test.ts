import { type DataColumn, plainStyle, RowLines } from '@vmcorekit/report';
import { expect } from 'chai';
import fc from 'fast-check';

type Row = readonly [file: string, kernel: string, place: string, damage: string];

const columns: readonly DataColumn<Row>[] = [
  { title: 'file', value: ([file]) => file },
  { title: 'kernel', value: ([, kernel]) => kernel, usualWidth: 10, leastWidth: 6 },
  { key: 'only-for-programs', value: () => 'not shown' },
  { title: 'phys_base', kind: 'number', value: ([, , place]) => place, usualWidth: 9 },
  { title: 'damage', value: ([, , , damage]) => damage },
];

function lines(width: number | undefined, firstWidth: number, ...rows: readonly Row[]): string[] {
  const table = new RowLines(columns, plainStyle(width), firstWidth);
  return [...table.head(), ...rows.flatMap((row) => table.row(row))];
}

describe('a table that is printed row by row', () => {
  it('aligns rows that come later with the head, numbers at their right', () => {
    expect(
      lines(80, 6, ['a.dump', '6.1.0', '0x600000', '–'], ['b.dump', '6.12.3', '0x0', 'torn']),
    ).to.deep.equal([
      'file    kernel      phys_base  damage',
      'a.dump  6.1.0        0x600000  –',
      'b.dump  6.12.3            0x0  torn',
    ]);
  });

  it('lets a wide cell use the room of the next, and no other row', () => {
    expect(
      lines(80, 1, ['a', '6.12.117-cloud', '0x0', '–'], ['b', '6.1', '0x0', '–']),
    ).to.deep.equal([
      'file  kernel      phys_base  damage',
      'a     6.12.117-cloud    0x0  –',
      'b     6.1               0x0  –',
    ]);
  });

  it('puts a first cell that is too wide on a line of its own', () => {
    expect(lines(60, 6, ['a/long/path', '6.1', '0x0', '–'])).to.deep.equal([
      'file    kernel      phys_base  damage',
      'a/long/path',
      '        6.1               0x0  –',
    ]);
  });

  it('puts a last cell without room beneath its row, broken at spaces only', () => {
    expect(
      lines(40, 1, ['a', '6.1', '0x0', 'file-truncated, page-lost, incomplete']),
    ).to.deep.equal([
      'file  kernel      phys_base  damage',
      'a     6.1               0x0',
      '    file-truncated, page-lost,',
      '    incomplete',
    ]);
  });

  it('stands in two lines a row where the width does not hold all columns', () => {
    expect(lines(30, 12, ['some/file', '6.1', '0x0', '–'])).to.deep.equal([
      'file',
      '  kernel  phys_base  damage',
      'some/file',
      '  6.1           0x0  –',
    ]);
  });

  it('keeps a row on one line where nothing limits it, whatever came before it', () => {
    const damage = 'file-truncated, page-lost, incomplete, bitmap-torn';
    expect(
      lines(undefined, 1, ['a/long/path', '6.1', '0x0', damage], ['b', '6.1', '0x0', '–']),
    ).to.deep.equal([
      'file  kernel      phys_base  damage',
      `a/long/path  6.1        0x0  ${damage}`,
      'b     6.1               0x0  –',
    ]);
  });

  it('breaks no cell but the last, whatever the width', () => {
    const word = fc.stringMatching(/^[a-z0-9/._+-]{1,50}$/);
    const row = fc.tuple(word, word, word, word);
    fc.assert(
      fc.property(fc.array(row), fc.integer({ min: 1, max: 200 }), word, (rows, width, first) => {
        const table = new RowLines(columns, plainStyle(width), first.length);
        for (const cells of rows) {
          const words = table.row(cells).join('\n').split(/\s+/);
          expect(words.filter((one) => one !== '')).to.include.members(cells.slice(0, 3));
        }
      }),
    );
  });
});
