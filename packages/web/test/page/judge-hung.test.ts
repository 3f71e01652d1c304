import { expect } from 'chai';
import { judgeHung, type WaitingCall } from '../../dist/page/client/judge-hung.js';

const analyzing = (name: string): WaitingCall => ({ name: 'analyze', given: { name } });

function judge(what: string, waiting: readonly WaitingCall[], isOfSearch = false, leftOut = {}) {
  return judgeHung({ what, limitInMilliseconds: 10_000, isOfSearch }, waiting, leftOut);
}

describe('judgeHung', () => {
  const leaveOut = { kind: 'leave-out', because: 'hung for 10 s' };

  it('leaves out heuristics, containers and formats', () => {
    expect(judge('walk', [], true)).to.deep.equal(leaveOut);
    expect(judge("container 'flattened'", [])).to.deep.equal(leaveOut);
    expect(judge('lime', [{ name: 'open', given: { files: [] } }])).to.deep.equal(leaveOut);
  });

  it('fails the calls of an analyzer that hung, and no others', () => {
    const waiting = [analyzing('ps'), analyzing('bt'), { name: 'locate', given: {} } as const];
    const judgement = judge("analyzer 'ps'", waiting);
    expect(judgement.kind === 'fail' && waiting.map(judgement.isMeant)).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('fails what waits for work that is no part, or hangs though left out', () => {
    for (const judgement of [
      judge('verifying', [analyzing('ps')]),
      judge('walk', [analyzing('ps')], true, { walk: 'hung for 10 s' }),
    ]) {
      expect(judgement.kind === 'fail' && judgement.isMeant(analyzing('ps'))).to.equal(true);
    }
  });
});
