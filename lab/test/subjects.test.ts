import { asSet, compareSubjects } from '@vmcorekit/lab/introspection/subjects';
import { expect } from 'chai';

describe('the comparison of named subjects', () => {
  const truth = new Map([
    ['one', { size: 1, name: 'a' }],
    ['two', { size: 2, name: 'b' }],
  ]);

  it('counts those that are equal in every field', () => {
    expect(compareSubjects(truth, truth)).to.deep.equal({
      compared: 2,
      excluded: [],
      differences: [],
    });
  });

  it('lists a field that differs, a subject that is missing, and one too many', () => {
    const answer = new Map([
      ['one', { size: 9, name: 'a' }],
      ['three', { size: 3, name: 'c' }],
    ]);
    const { differences } = compareSubjects(truth, answer);
    expect(differences.map(({ subject, field }) => `${subject} ${field}`)).to.deep.equal([
      'one size',
      'two missing',
      'three extra',
    ]);
  });

  it('takes what one side does not claim for no difference', () => {
    const answer = new Map([
      ['one', { size: null, name: 'a' }],
      ['two', { size: 2, name: undefined }],
    ]);
    expect(compareSubjects(truth, answer).differences).to.deep.equal([]);
  });

  it('leaves out what provably moved, with the proof', () => {
    const { compared, excluded, differences } = compareSubjects(truth, new Map(), (subject) =>
      subject === 'one' ? 'it ran' : undefined,
    );
    expect(compared).to.equal(1);
    expect(excluded).to.deep.equal([{ subject: 'one', proof: 'it ran' }]);
    expect(differences.map(({ subject }) => subject)).to.deep.equal(['two']);
  });

  it('shows lists without an order as sorted text', () => {
    expect(asSet(['b', 'a'])).to.equal('a b');
  });
});
