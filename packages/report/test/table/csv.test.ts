import type { CellValue } from '@vmcorekit/core';
import { csvHead, csvRow, type DataColumn } from '@vmcorekit/report';
import { expect } from 'chai';
import fc from 'fast-check';

const columns: readonly DataColumn<readonly CellValue[]>[] = [
  { key: 'first', title: 'First', value: ([first]) => first ?? null },
  { title: 'for people only', value: () => 'not here' },
  { key: 'second', value: ([, second]) => second ?? null },
];

const row = (...cells: readonly CellValue[]): string => csvRow(columns, cells);

/** A reader of RFC 4180, for one line. */
function parse(line: string): string[] {
  expect(line.endsWith('\r\n')).to.equal(true);
  const cells = `,${line.slice(0, -2)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g);
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

describe('CSV', () => {
  it('names the columns that have a key, and ends lines with CR LF', () => {
    expect(csvHead(columns)).to.equal('first,second\r\n');
    expect(row('a', 1)).to.equal('a,1\r\n');
  });

  it('leaves null empty, separates the items of a list by spaces', () => {
    expect(row(null, ['file-truncated', 'page-lost'])).to.equal(',file-truncated page-lost\r\n');
  });

  it('keeps a negative number a number', () => {
    expect(row(-0x25600000, 0)).to.equal('-627048448,0\r\n');
  });

  // A spreadsheet ran =HYPERLINK(…) out of a kernel's release.
  it('makes no text of a dump a formula', () => {
    for (const text of ['=1+2', '+1', '-rf', '@SUM(A1)', ' =1', '＝1']) {
      expect(parse(row(text, null))[0], text).to.equal(`'${text}`);
    }
    expect(row('6.1.0-57-cloud-amd64', null)).to.equal('6.1.0-57-cloud-amd64,\r\n');
  });

  it('escapes what would steer a terminal', () => {
    expect(row('a\x1b[31m\u202eb\nc', null)).to.equal('a\\x1b[31m\\u{202e}b\\x0ac,\r\n');
  });

  it('gives any printable text back to a reader of RFC 4180', () => {
    const text = fc.stringMatching(/^[a-z0-9",; ]*$/);
    fc.assert(
      fc.property(text, text, (first, second) => {
        expect(parse(row(first, second))).to.deep.equal([first, second]);
      }),
    );
  });
});
