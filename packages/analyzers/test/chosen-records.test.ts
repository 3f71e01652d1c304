import { expect } from 'chai';
import { chosenRecords } from '../dist/kernel-log/chosen-records.js';

const record = (level: number, text: string) => ({
  sequence: null,
  nanoseconds: 0,
  level,
  facility: 0,
  caller: null,
  text,
});
const records = [
  record(6, 'Booting'),
  record(3, 'disk ERROR'),
  { sequence: 2, lost: 'its page is absent' },
  record(4, 'slow disk'),
  record(0, 'panic'),
];
const everything = { maxLevel: Infinity, search: null, tail: null };

describe('the choice of messages of the kernel', () => {
  const texts = (choice: object) =>
    chosenRecords(records, { ...everything, ...choice }).map((each) =>
      'lost' in each ? 'lost' : each.text,
    );

  it('has all unless something is asked for, lost ones too', () => {
    expect(texts({})).to.deep.equal(['Booting', 'disk ERROR', 'lost', 'slow disk', 'panic']);
    expect(texts({ tail: 3 })).to.deep.equal(['lost', 'slow disk', 'panic']);
  });

  it('takes a level with all that are more urgent', () => {
    expect(texts({ maxLevel: 4 })).to.deep.equal(['disk ERROR', 'slow disk', 'panic']);
    expect(texts({ maxLevel: 0 })).to.deep.equal(['panic']);
  });

  it('finds a text whatever its case, and counts the end last', () => {
    expect(texts({ search: 'Disk' })).to.deep.equal(['disk ERROR', 'slow disk']);
    expect(texts({ search: 'disk', tail: 1 })).to.deep.equal(['slow disk']);
    expect(texts({ search: 'no such' })).to.deep.equal([]);
  });
});
