import { readProcesses } from '@vmcorekit/lab/introspection/resting-processes';
import type { SavedTask } from '@vmcorekit/lab/introspection/saved-tasks';
import { expect } from 'chai';

const task = { pid: 12, tgid: 12, comm: 'a', state: 'S', kernelThread: false } as SavedTask;

function movedOf(...tasks: readonly SavedTask[]): readonly (string | undefined)[] {
  const truth = {
    tasks: new Map(tasks.map((each) => [each.pid, each])),
    greatestPid: 20,
    savedBy: 20,
    panickedPid: undefined,
  };
  return readProcesses(truth, []).map(({ moved }) => moved);
}

describe('the processes that a guest saved', () => {
  it('are one for the threads of each, and at rest if nothing proves a move', () => {
    expect(movedOf(task, { ...task, pid: 13 })).to.deep.equal([undefined]);
  });

  it('moved where one of their threads did', () => {
    const thread = { ...task, pid: 13, movedBetweenLooks: 'it ran' };
    expect(movedOf(task, thread)).to.deep.equal(['it ran']);
  });

  it('are left out where they were dead, or read /proc themselves', () => {
    expect(movedOf({ ...task, state: 'Z' })).to.deep.equal(['it was dead']);
    expect(movedOf({ ...task, pid: 20, tgid: 20 })).to.deep.equal(['it read /proc']);
  });
});
