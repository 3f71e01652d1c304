import { compareSignature } from '@vmcorekit/lab/introspection/compare-signature';
import type { PanicTruth } from '@vmcorekit/lab/truth/panic-trace';
import { expect } from 'chai';

const panic: PanicTruth = {
  ...{ reason: 'NMI: Not continuing', cpu: 0, pid: 1, comm: 'init', frames: [], lines: [] },
};

function answerOf(kind: string | null, text: string | null, hash: string | null = 'v1-0') {
  return { data: { kind, signature: text === null ? null : { text, hash } } };
}

const fieldsOf = (...given: Parameters<typeof compareSignature>) =>
  compareSignature(...given).differences.map(({ field }) => field);

describe('the comparison of a signature', () => {
  it('wants that of the cause, on every kernel', () => {
    const right = answerOf('nmi', 'NMI: Not continuing');
    expect(fieldsOf('panic-nmi-6.1', right, panic)).to.deep.equal([]);
    expect(fieldsOf('panic-nmi-7', right, panic)).to.deep.equal([]);
    expect(fieldsOf('panic-irq-7', right, panic)).to.deep.equal(['kind', 'text']);
  });

  it('wants a hash, so that the guest falls in a group', () => {
    const none = answerOf('nmi', 'NMI: Not continuing', null);
    expect(fieldsOf('panic-nmi-6.1', none, panic)).to.deep.equal(['hash']);
    expect(fieldsOf('panic-nmi-6.1', answerOf(null, null), panic)).to.deep.equal(['text', 'hash']);
  });

  it('wants none of a guest that did not panic', () => {
    expect(fieldsOf('tasks-6.1', answerOf('running', null), undefined)).to.deep.equal([]);
    expect(fieldsOf('tasks-6.1', answerOf('nmi', 'x'), undefined)).to.deep.equal(['kind', 'text']);
  });

  it('does not compare a cause that it does not know', () => {
    const { compared } = compareSignature('locks', answerOf('sysrq', 'x'), panic);
    expect(compared).to.equal(0);
  });
});
