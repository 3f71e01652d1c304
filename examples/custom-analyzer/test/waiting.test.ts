import { x8664 } from '@vmcorekit/architectures';
import { resultOf, type StackFrame, type Task, type Verdict } from '@vmcorekit/core';
import { linearMemory, memoryDump, SparseMemory, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { waiting } from '../src/waiting.ts';

const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }] });
const dump = memoryDump({ memory, architecture: x8664 });

function frame(symbol: string): StackFrame {
  return {
    address: 0xffffffff81000000n,
    stackPointer: null,
    kind: 'return',
    symbol,
    offset: 4,
    sizeInBytes: 8,
    module: null,
    stack: 'task',
    isGuess: false,
    note: null,
  };
}

function task(pid: number, functions: readonly string[]): Task {
  return {
    address: BigInt(pid),
    pid,
    tgid: pid,
    ppid: 0,
    comm: `task${pid}`,
    state: 'S',
    cpu: 0,
    onCpu: false,
    kernelThread: false,
    seenBy: ['tasks'],
    doubts: [],
    stack: () => ({
      frames: functions.map(frame),
      end: { reason: 'user-mode', isComplete: true, detail: null },
      by: 'orc',
      remarks: [],
    }),
  };
}

describe('the waiting example', () => {
  it('counts tasks by the function that they wait in', () => {
    const tasks = [
      task(1, ['__schedule', 'schedule', 'do_wait']),
      task(2, ['__schedule', 'schedule', 'pipe_read', 'vfs_read']),
      task(3, ['__schedule', 'schedule_timeout', 'pipe_read']),
      task(4, []),
    ];
    const kernel = testKernel({ dump, memory: linearMemory(memory, []), tasks: () => tasks });
    const report = resultOf(waiting.run({ dump, verdict: {} as Verdict, kernel }, {}));
    expect(report.data).to.deep.equal([
      { where: 'pipe_read', count: 2, pids: [2, 3] },
      { where: 'do_wait', count: 1, pids: [1] },
      { where: 'nowhere: user-mode', count: 1, pids: [4] },
    ]);
    expect(report.text[0]).to.equal('2 tasks    pipe_read: 2, 3');
  });

  it('says that there is no kernel', () => {
    const report = resultOf(waiting.run({ dump, verdict: {} as Verdict, kernel: null }, {}));
    expect(report).to.deep.include({ data: null, text: ['no kernel was found'] });
  });
});
