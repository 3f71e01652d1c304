import { expect } from 'chai';
import { movedIn } from '../../dist/page/table/keys.js';

const bounds = { rows: 100, columns: 4, rowsOfPage: 20 };
const from = (place: number, column: number, key: string): string => {
  const to = movedIn({ place, column }, key, bounds);
  return to === null ? 'nowhere' : `${to.place},${to.column}`;
};

describe('the keys of a table', () => {
  it('move by a cell with the arrows', () => {
    expect(from(5, 1, 'ArrowDown')).to.equal('6,1');
    expect(from(5, 1, 'ArrowUp')).to.equal('4,1');
    expect(from(5, 1, 'ArrowLeft')).to.equal('5,0');
    expect(from(5, 1, 'ArrowRight')).to.equal('5,2');
  });

  it('move by a page, and to both ends', () => {
    expect(from(50, 1, 'PageDown')).to.equal('70,1');
    expect(from(50, 1, 'PageUp')).to.equal('30,1');
    expect(from(50, 1, 'Home')).to.equal('0,1');
    expect(from(50, 1, 'End')).to.equal('99,1');
  });

  it('stay within the table', () => {
    expect(from(0, 0, 'ArrowUp')).to.equal('0,0');
    expect(from(99, 3, 'PageDown')).to.equal('99,3');
    expect(from(99, 3, 'ArrowRight')).to.equal('99,3');
  });

  it('leave all other keys to the browser', () => {
    expect(from(0, 0, 'a')).to.equal('nowhere');
    expect(from(0, 0, 'Tab')).to.equal('nowhere');
  });
});
