import type { BtAnswer } from '@vmcorekit/lab/introspection/answers';
import { comparePanic } from '@vmcorekit/lab/introspection/compare-panic';
import type { PanicTruth } from '@vmcorekit/lab/truth/panic-trace';
import { expect } from 'chai';

function truthFrame(symbol: string, offset: number, reliable = true) {
  return { symbol, offset, module: null, stack: 'TASK', reliable };
}

const panic: PanicTruth = {
  reason: 'sysrq triggered crash',
  cpu: 1,
  pid: 0,
  comm: 'swapper/1',
  frames: [
    truthFrame('dump_stack_lvl', 0x44),
    truthFrame('panic', 0x118),
    truthFrame('stale', 1, false),
    truthFrame('sysrq_handle_crash', 0x16),
    truthFrame('do_idle', 0x20),
  ],
  lines: [],
};

function answerOf(...names: readonly (readonly [string, number])[]): BtAnswer {
  const frames = names.map(([symbol, offset]) => ({ address: '0x1', symbol, offset }));
  return {
    stacks: [
      { pid: 0, cpu: 0, frames: [] },
      { pid: 0, cpu: 1, frames },
    ],
  };
}

describe('the comparison of a panicked CPU', () => {
  it('begins with the caller of panic, whose own place has moved on', () => {
    const answer = answerOf(
      ['delay_tsc', 0x3],
      ['panic', 0x2b0],
      ['sysrq_handle_crash', 0x16],
      ['do_idle', 0x20],
    );
    expect(comparePanic(answer, panic).differences).to.deep.equal([]);
  });

  it('shows the first frame that differs', () => {
    const answer = answerOf(['panic', 0x2b0], ['sysrq_handle_crash', 0x16], ['stale', 1]);
    expect(comparePanic(answer, panic).differences).to.deep.equal([
      {
        subject: 'CPU 1, which panicked',
        field: 'frame 1',
        truth: 'do_idle+0x20',
        answer: 'stale+0x1',
      },
    ]);
  });

  it('says where that CPU has no stack', () => {
    expect(comparePanic({ stacks: [] }, panic).differences[0]?.field).to.equal('missing');
  });
});
