import type { AnsweredTask } from '@vmcorekit/lab/introspection/answers';
import { compareTasks, type TaskTruth } from '@vmcorekit/lab/introspection/compare-tasks';
import type { SavedTask } from '@vmcorekit/lab/introspection/saved-tasks';
import { expect } from 'chai';

const sleeper: SavedTask = {
  pid: 12,
  tgid: 12,
  ppid: 1,
  comm: 'sleeper',
  state: 'S',
  cpu: 0,
  kernelThread: false,
  uid: 0,
  gid: 0,
  euid: 0,
  egid: 0,
  nice: 0,
  virtualSizeInBytes: 8192,
  residentSizeInBytes: undefined,
  startTimeInTicks: 123,
  minorFaults: 1,
  majorFaults: 0,
  voluntarySwitches: 3,
  involuntarySwitches: 0,
  stack: [],
  movedBetweenLooks: undefined,
};
const worker: SavedTask = {
  ...sleeper,
  pid: 7,
  tgid: 7,
  ppid: 2,
  comm: 'kworker/0:1-events',
  state: 'I',
  kernelThread: true,
};

function truthOf(...tasks: readonly SavedTask[]): TaskTruth {
  return {
    tasks: new Map(tasks.map((task) => [task.pid, task])),
    greatestPid: 20,
    savedBy: 20,
    panickedPid: undefined,
  };
}

const answered = {
  address: '0xffff888000000000',
  pid: 12,
  tgid: 12,
  ppid: 1,
  comm: 'sleeper',
  state: 'S (sleeping)',
  cpu: 0,
  kernelThread: false,
};

describe('the comparison of tasks', () => {
  it('finds equal what /proc says in the same words', () => {
    expect(compareTasks({ tasks: [answered] }, truthOf(sleeper))).to.deep.equal({
      compared: 1,
      excluded: [],
      differences: [],
    });
  });

  it('names each field that differs', () => {
    const wrong = { ...answered, ppid: 2, state: 'D' };
    expect(compareTasks({ tasks: [wrong] }, truthOf(sleeper)).differences).to.deep.equal([
      { subject: 'task 12 "sleeper"', field: 'ppid', truth: '1', answer: '2' },
      { subject: 'task 12 "sleeper"', field: 'state', truth: 'S', answer: 'D' },
    ]);
  });

  it('finds that a sleeper was woken by its place on a run queue alone', () => {
    const woken = { ...answered, state: 'R (running)', seenBy: ['tasks', 'runqueue'] };
    const differencesOf = (task: AnsweredTask) =>
      compareTasks({ tasks: [task] }, truthOf(sleeper)).differences.map(({ field }) => field);
    expect(differencesOf(woken)).to.deep.equal([]);
    expect(differencesOf({ ...woken, seenBy: ['tasks'] })).to.deep.equal(['state']);
    expect(differencesOf({ ...woken, state: 'D' })).to.deep.equal(['state']);
  });

  it('holds no field against an answer that does not give it', () => {
    const modest = { address: '0x0', pid: 12, tgid: 12, comm: null };
    expect(compareTasks({ tasks: [modest] }, truthOf(sleeper)).differences).to.deep.equal([]);
  });

  it('compares start times in ticks, and skips what the guest could not read', () => {
    const started = { ...answered, startTimeInNanoseconds: 1_239_999_999, residentSizeInBytes: 5 };
    expect(compareTasks({ tasks: [started] }, truthOf(sleeper)).differences).to.deep.equal([]);
    const later = { ...answered, startTimeInNanoseconds: 1_240_000_000 };
    expect(compareTasks({ tasks: [later] }, truthOf(sleeper)).differences).to.have.length(1);
  });

  it('names a task that is missing, and one that never was', () => {
    const { differences } = compareTasks({ tasks: [{ ...answered, pid: 13 }] }, truthOf(sleeper));
    expect(differences.map(({ field }) => field)).to.deep.equal(['missing', 'extra']);
  });

  it('takes a task with a greater pid for one that started later', () => {
    const later = { ...answered, pid: 21 };
    const comparison = compareTasks({ tasks: [answered, later] }, truthOf(sleeper));
    expect(comparison.differences).to.deep.equal([]);
  });

  it('leaves out the idle tasks, which /proc lacks', () => {
    const idle = { ...answered, pid: 0, tgid: 0, comm: 'swapper/0' };
    expect(compareTasks({ tasks: [idle, answered] }, truthOf(sleeper)).differences).to.deep.equal(
      [],
    );
  });

  it('compares no state of a task that moved between the two looks', () => {
    const moved = { ...sleeper, movedBetweenLooks: 'its ticks went from 1 to 2' };
    const comparison = compareTasks({ tasks: [{ ...answered, state: 'R' }] }, truthOf(moved));
    expect(comparison.differences).to.deep.equal([]);
    expect(comparison.excluded).to.deep.equal([
      { subject: 'task 12 "sleeper"', proof: 'its ticks went from 1 to 2' },
    ]);
  });

  it('takes more switches in the dump for the proof that a task moved', () => {
    const woken = { ...answered, state: 'R', voluntarySwitches: 4 };
    const comparison = compareTasks({ tasks: [woken] }, truthOf(sleeper));
    expect(comparison.differences).to.deep.equal([]);
    expect(comparison.excluded[0]?.proof).to.contain('voluntarySwitches went from 3 to 4');
  });

  it('still compares the name of a task that moved', () => {
    const woken = { ...answered, comm: 'slept', voluntarySwitches: 4 };
    const { differences } = compareTasks({ tasks: [woken] }, truthOf(sleeper));
    expect(differences.map(({ field }) => field)).to.deep.equal(['comm']);
  });

  it('takes a worker’s own name for a part of the one in /proc', () => {
    const own = { ...answered, pid: 7, tgid: 7, ppid: 2, state: 'I', kernelThread: true };
    const named = (comm: string): number =>
      compareTasks({ tasks: [{ ...own, comm }] }, truthOf(worker)).differences.length;
    expect(named('kworker/0:1')).to.equal(0);
    expect(named('kworker/0:1-events')).to.equal(0);
    expect(named('kworker/0:2')).to.equal(1);
  });
});
