import type { StackFrame, StackTrace } from '@vmcorekit/core';
import { expect } from 'chai';
import { bugOf, ownBugOf } from '../../dist/summary/bug.js';
import { kernelWith } from '../system/kernel-with.ts';

const message = {
  text: 'Kernel panic - not syncing: sysrq triggered crash',
  nanoseconds: 9,
  oops: [],
  task: null,
};
const record = (text: string) => ({
  ...{ sequence: 1, nanoseconds: 9, level: 0, facility: 0, caller: 'T1' },
  text,
});
const logged = [
  message.text,
  'Call Trace:',
  ' <TASK>',
  ' panic+0x1/0x2',
  ' sysrq_handle_crash+0x3/0x4',
  ' vfs_write+0x5/0x6',
].map(record);
const lost = { sequence: 2, lost: 'its text is not in the dump' };

function trace(isComplete: boolean, ...symbols: readonly (string | null)[]): StackTrace {
  const frames = symbols.map(
    (symbol): StackFrame => ({
      ...{ address: 1n, stackPointer: null, kind: 'return', symbol, offset: 1, sizeInBytes: 2 },
      ...{ module: null, stack: null, isGuess: false, note: null },
    }),
  );
  const reason = isComplete ? 'end-of-stack' : 'lost';
  return { frames, end: { reason, isComplete, detail: null }, by: 'orc', remarks: [] };
}

const named = (bug: ReturnType<typeof ownBugOf>) =>
  bug && [bug.from, ...bug.frames.map(({ symbol }) => symbol)];

describe('ownBugOf', () => {
  it('is of the stack where that is whole', () => {
    const stack = trace(true, 'panic', 'sysrq_handle_crash', 'vfs_write');
    expect(named(ownBugOf({ message, records: [], trace: stack, culprit: 1 }))).to.deep.equal([
      ...['stack', 'sysrq_handle_crash', 'vfs_write'],
    ]);
  });

  it('is what the kernel printed where the stack is cut by a lost page', () => {
    const stack = trace(false, 'panic', 'sysrq_handle_crash');
    expect(named(ownBugOf({ message, records: logged, trace: stack, culprit: 1 }))).to.deep.equal([
      ...['log', 'sysrq_handle_crash', 'vfs_write'],
    ]);
  });

  it('is not a shorter one where a part of both is lost', () => {
    const stack = trace(false, 'panic', 'sysrq_handle_crash');
    expect(ownBugOf({ message, records: [...logged, lost], trace: stack, culprit: 1 })).to.equal(
      null,
    );
    expect(
      ownBugOf({
        message,
        records: [],
        trace: trace(true, 'panic', null, 'vfs_write'),
        culprit: null,
      }),
    ).to.equal(null);
  });

  it('is not known where neither the stack nor the log has a frame', () => {
    expect(ownBugOf({ message, records: [], trace: null, culprit: null })).to.equal(null);
  });

  it('has nothing of what an interrupt stopped, so no module is blamed for it', () => {
    const stack = trace(true, 'panic', 'sysrq_handle_crash', 'serial8250_interrupt', 'victim');
    const frames = stack.frames.map((frame, index) =>
      index === 3 ? { ...frame, kind: 'interrupted' as const, module: 'bystander' } : frame,
    );
    const scene = { message, records: [], trace: { ...stack, frames }, culprit: 1 };
    expect(named(ownBugOf(scene))).to.deep.equal([
      ...['stack', 'sysrq_handle_crash', 'serial8250_interrupt'],
    ]);
  });

  it('is nothing of the task that an event from outside met', () => {
    const nmi = { ...message, text: 'Kernel panic - not syncing: NMI: Not continuing' };
    const stack = trace(true, 'panic', 'unknown_nmi_error', 'victim');
    const log = { instruction: null, hung: [], stuck: [] };
    const scene = { message: nmi, records: [], trace: stack, culprit: 1, log, tasks: [], cpu: 0 };
    expect(bugOf(kernelWith({}), scene)).to.equal(null);
  });

  it('is not what an arm64 kernel prints after a call that never returns', () => {
    const names = ['panic+0x1/0x2', 'sysrq_reset_seq_param_set+0x0/0x20', 'vfs_write+0x5/0x6'];
    const records = [message.text, 'Call trace:', ...names.map((name) => ` ${name}`)].map(record);
    expect(ownBugOf({ message, records, trace: null, culprit: null })).to.equal(null);
  });
});
