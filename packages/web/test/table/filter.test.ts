import { expect } from 'chai';
import { Cells } from '../../dist/page/table/cells.js';
import { filteredRows } from '../../dist/page/table/filter.js';
import { packed } from './packed.ts';

const cells = new Cells(
  packed(
    ['PID', 'COMM', 'USED BY'],
    [
      ['1', 'systemd', '-'],
      ['12', 'kworker/0:1', 'İstanbul nf'],
      ['2', 'sshd', 'KERNEL 12'],
      ['21', 'ssh agent', ''],
    ],
  ),
);
const rowsOf = (filter: string): number[] | null => {
  const rows = filteredRows(cells, filter);
  return rows === null ? null : [...rows];
};

describe('the filter of a table', () => {
  it('keeps the rows with a cell that contains the word, whatever its case', () => {
    expect(rowsOf('SSH')).to.deep.equal([2, 3]);
    expect(rowsOf('kernel')).to.deep.equal([2]);
  });

  it('keeps only rows that have every word, in any cell', () => {
    expect(rowsOf('ssh 12')).to.deep.equal([2]);
    expect(rowsOf('ssh systemd')).to.deep.equal([]);
  });

  it('looks into one column for a word after its name', () => {
    expect(rowsOf('pid:2')).to.deep.equal([1, 2, 3]);
    expect(rowsOf('usedby:12')).to.deep.equal([2]);
  });

  it('takes a colon after anything but the name of a column as a part of the word', () => {
    expect(rowsOf('kworker/0:1')).to.deep.equal([1]);
    expect(rowsOf('0:1')).to.deep.equal([1]);
  });

  it('keeps words in quotation marks together', () => {
    expect(rowsOf('"ssh agent"')).to.deep.equal([3]);
    expect(rowsOf('comm:"ssh agent"')).to.deep.equal([3]);
    expect(rowsOf('"ssh')).to.deep.equal([2, 3]);
  });

  it('never finds a word that begins in one cell and ends in the next', () => {
    // The cells of the column stand one after the other: 1, 12, 2, 21.
    expect(rowsOf('pid:112')).to.deep.equal([]);
    expect(rowsOf('pid:122')).to.deep.equal([]);
  });

  it('finds words after a letter that has two letters as its small form', () => {
    expect(rowsOf('usedby:nf')).to.deep.equal([1]);
    expect(rowsOf('usedby:kernel')).to.deep.equal([2]);
  });

  it('keeps all rows where nothing is asked for', () => {
    expect(rowsOf('')).to.equal(null);
    expect(rowsOf('  ')).to.equal(null);
    expect(rowsOf('pid:')).to.equal(null);
  });
});
