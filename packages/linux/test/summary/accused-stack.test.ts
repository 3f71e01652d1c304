import type { Kernel, StackFrame, Task } from '@vmcorekit/core';
import type { LogRecord } from '@vmcorekit/linux';
import { expect } from 'chai';
import { accusedStackOf } from '../../dist/summary/accused-stack.js';
import { crashLogIn } from '../../dist/summary/crash-log.js';
import { kernelWith } from '../system/kernel-with.ts';

const panic = 'Kernel panic - not syncing: ';
/** Of `kernelWith`: each variable has a page of its own. */
const schedulerText = {
  __sched_text_start: new Uint8Array(8),
  __sched_text_end: new Uint8Array(8),
};
const inScheduler = 0xffffffff82000800n;
const elsewhere = 0xffffffff82005000n;

function records(...lines: readonly string[]): LogRecord[] {
  return lines.map((text, index) => ({
    ...{ sequence: index, nanoseconds: index, level: 0, facility: 0, caller: 'T1' },
    text,
  }));
}

function sceneOf(lines: readonly string[], tasks: readonly Task[] = [], cpu: number | null = 0) {
  const log = records(...lines);
  const text = lines.at(-1) ?? '';
  return {
    message: { text, nanoseconds: lines.length - 1, oops: [], task: null },
    records: log,
    log: crashLogIn(log, []),
    tasks,
    cpu,
    trace: null,
    culprit: null,
  };
}

function frame(symbol: string, address: bigint): StackFrame {
  return {
    ...{ address, stackPointer: null, kind: 'return', symbol, offset: 1, sizeInBytes: 2 },
    ...{ module: null, stack: 'task', isGuess: false, note: null },
  };
}

function hangs(pid: number, comm: string, waits: string, state: string = 'D'): Task {
  const frames = [
    ...[frame('__schedule', inScheduler), frame('schedule', inScheduler)],
    frame(waits, elsewhere),
  ];
  const end = { reason: 'end-of-stack', isComplete: true, detail: null };
  return { pid, comm, state, stack: () => ({ frames, end, by: 'orc', remarks: [] }) } as never;
}

const hung = (comm: string, pid: number) =>
  `INFO: task ${comm}:${pid} blocked for more than 120 seconds.`;
const functions = (kernel: Kernel, scene: ReturnType<typeof sceneOf>) =>
  accusedStackOf(kernel, scene)?.frames.map(({ symbol }) => symbol);

describe('the stack that is to blame', () => {
  const kernel = kernelWith(schedulerText);

  it('is that of the CPU that panicked, in most panics', () => {
    expect(accusedStackOf(kernel, sceneOf([`${panic}x`]))).to.equal(undefined);
  });

  it('is of the task that the kernel last called hung, without how it waits', () => {
    const tasks = [hangs(7, 'sync', 'wait_on_page'), hangs(8, 'umount', 'wait_for_journal')];
    const lines = [hung('sync', 7), hung('umount', 8), `${panic}hung_task: blocked tasks`];
    expect(functions(kernel, sceneOf(lines, tasks))).to.deep.equal(['wait_for_journal']);
  });

  it('is not known where the hung task is gone, or no longer hangs', () => {
    const lines = [hung('sync', 7), `${panic}hung_task: blocked tasks`];
    expect(accusedStackOf(kernel, sceneOf(lines))).to.equal(null);
    const runs = [hangs(7, 'sync', 'works', 'R')];
    expect(accusedStackOf(kernel, sceneOf(lines, runs))).to.equal(null);
    const other = [hangs(7, 'cat', 'waits')];
    expect(accusedStackOf(kernel, sceneOf(lines, other))).to.equal(null);
  });

  it('is not known where no symbol says what the scheduler is', () => {
    const lines = [hung('sync', 7), `${panic}hung_task: blocked tasks`];
    const scene = sceneOf(lines, [hangs(7, 'sync', 'waits')]);
    expect(accusedStackOf(kernelWith({}), scene)).to.equal(null);
  });

  it('is that of the CPU that panicked where it found itself locked up', () => {
    const locked = 'NMI watchdog: Watchdog detected hard LOCKUP on cpu 0';
    expect(accusedStackOf(kernel, sceneOf([locked, `${panic}Hard LOCKUP`]))).to.equal(undefined);
  });

  it('is not that of a CPU that found another one locked up', () => {
    const locked = 'watchdog: Watchdog detected hard LOCKUP on cpu 3';
    expect(accusedStackOf(kernel, sceneOf([locked, `${panic}Hard LOCKUP`]))).to.equal(null);
    expect(accusedStackOf(kernel, sceneOf([`${panic}Hard LOCKUP`]))).to.equal(null);
  });

  for (const [line, answer] of [
    ['rcu: INFO: rcu_preempt self-detected stall on CPU', undefined],
    ['INFO: rcu_sched self-detected stall on CPU', undefined],
    ['rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:', null],
    ['rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 3-... }', null],
    ['nothing of the kind', null],
  ] as const) {
    it(`is ${answer === null ? 'not known' : "that CPU's own"} after "${line.slice(0, 44)}"`, () => {
      expect(accusedStackOf(kernel, sceneOf([line, `${panic}RCU Stall`]))).to.equal(answer);
    });
  }
});
