import type { StackFrame, StackTrace } from '@vmcorekit/core';
import { expect } from 'chai';
import { bugOf } from '../../dist/summary/bug.js';

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

const named = (bug: ReturnType<typeof bugOf>) =>
  bug && [bug.from, ...bug.frames.map(({ symbol }) => symbol)];

describe('bugOf', () => {
  it('is of the stack where that is whole', () => {
    const stack = trace(true, 'panic', 'sysrq_handle_crash', 'vfs_write');
    expect(named(bugOf(message, [], stack, 1))).to.deep.equal([
      ...['stack', 'sysrq_handle_crash', 'vfs_write'],
    ]);
  });

  it('is what the kernel printed where the stack is cut by a lost page', () => {
    const stack = trace(false, 'panic', 'sysrq_handle_crash');
    expect(named(bugOf(message, logged, stack, 1))).to.deep.equal([
      ...['log', 'sysrq_handle_crash', 'vfs_write'],
    ]);
  });

  it('is not a shorter one where a part of both is lost', () => {
    const stack = trace(false, 'panic', 'sysrq_handle_crash');
    expect(bugOf(message, [...logged, lost], stack, 1)).to.equal(null);
    expect(bugOf(message, [], trace(true, 'panic', null, 'vfs_write'), null)).to.equal(null);
  });

  it('is not the panic itself where the lines of the oops are lost', () => {
    const fatal = { ...message, text: 'Kernel panic - not syncing: Fatal exception' };
    const stack = trace(true, 'panic', 'oops_end', 'broken_read');
    expect(bugOf(fatal, [lost], stack, 2)).to.equal(null);
    expect(named(bugOf(fatal, [], stack, 2))).to.deep.equal(['stack', 'broken_read']);
  });
});
