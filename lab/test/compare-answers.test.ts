import { compareAnswers } from '@vmcorekit/lab/damage/compare-answers';
import { expect } from 'chai';

const kindsOf = (whole: unknown, damaged: unknown) =>
  compareAnswers(whole, damaged).map(({ at, kind }) => `${kind} ${at}`);

describe('the comparison of a damaged answer with a whole one', () => {
  it('has nothing to say of equal ones', () => {
    expect(kindsOf({ tasks: [{ pid: 1 }] }, { tasks: [{ pid: 1 }] })).to.deep.equal([]);
  });

  it('separates what is missing, other and more', () => {
    const whole = { tasks: [{ address: '0x1', comm: 'a', uid: 5 }, { address: '0x2' }] };
    const damaged = { tasks: [{ address: '0x1', comm: 'b', uid: null }, { address: '0x3' }] };
    expect(kindsOf(whole, damaged)).to.deep.equal([
      'other tasks[0x1].comm',
      'absent tasks[0x1].uid',
      'more tasks[0x3]',
      'absent tasks[0x2]',
    ]);
  });

  it('compares elements by their names, in any order', () => {
    const one = { name: 'a', value: 1 };
    const two = { name: 'b', value: 2 };
    expect(kindsOf([one, two], [two, one])).to.deep.equal([]);
  });

  it('takes a marked loss for no other answer', () => {
    expect(kindsOf({ path: '/dev/console' }, { path: '…/console' })).to.deep.equal(['absent path']);
    expect(kindsOf([{ address: '0x1' }], [{ address: '0x2', isGuess: true }])).to.deep.equal([
      'absent [0x1]',
    ]);
    expect(kindsOf({ pages: { present: 3 } }, { pages: { present: 0, unknown: 3 } })).to.deep.equal(
      [],
    );
  });

  it('does not take an end that the path has not for a loss', () => {
    expect(kindsOf({ path: '/dev/console' }, { path: '…/null' })).to.deep.equal(['other path']);
  });

  it('takes the halves of a text that lost a page for no other texts', () => {
    expect(kindsOf(['A=one two three', 'B=1'], ['A=one…', '…three', 'B=1'])).to.deep.equal([
      'absent ["A=one two three"]',
    ]);
    expect(kindsOf(['A=one two three'], ['C=one…'])).to.deep.equal([
      'more ["C=one…"]',
      'absent ["A=one two three"]',
    ]);
  });
});
