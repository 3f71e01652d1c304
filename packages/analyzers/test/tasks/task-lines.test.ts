import { expect } from 'chai';
import { taskLines, treeLine } from '../../dist/tasks/task-lines.js';
import { psTaskOf } from './ps-task-of.ts';

describe('taskLines', () => {
  it('shows the command line and the environment, one variable a line', () => {
    const task = psTaskOf({
      pid: 7,
      comm: 'sh',
      arguments: {
        commandLine: { texts: ['sh', '-c', 'a\u001bb'], because: null },
        environment: { texts: ['A=1', 'B=2'], because: '8 of 16 bytes are lost' },
      },
    });
    expect(taskLines(task)).to.deep.equal([
      'PID: 7  TASK: ffff888000001000  CPU: 0  COMMAND: sh',
      'ARG: sh -c a\\x1bb',
      'ENV: A=1',
      '     B=2',
      '     (8 of 16 bytes are lost)',
      '',
    ]);
  });

  it('says what is not in the dump, and nothing of a task without memory', () => {
    const lost = psTaskOf({ arguments: { commandLine: null, environment: null } });
    expect(taskLines(lost).slice(1, 3)).to.deep.equal([
      'ARG: not in the dump',
      'ENV: not in the dump',
    ]);
    expect(taskLines(psTaskOf({ arguments: null })).length).to.equal(2);
  });

  it('escapes names and paths', () => {
    const details = {
      fullName: 'a\u001b',
      executable: { path: '/b\u001b', isDeleted: true, isComplete: true },
      workingFolder: null,
      root: null,
      cgroup: '/c\u001b',
      namespaces: { net: 4026531840 },
      pids: [7, 1],
      capabilities: { effective: '0x0', bounding: null },
    };
    expect(taskLines(psTaskOf({ details })).slice(1, -1)).to.deep.equal([
      'NAME: a\\x1b',
      'EXE: /b\\x1b (deleted)  CWD: –  ROOT: –',
      'CGROUP: /c\\x1b  PIDS: 7 1',
      'NS: net=4026531840',
      'CAPS: effective=0x0 bounding=–',
    ]);
  });
});

describe('treeLine', () => {
  it('indents by depth, and no further than a line allows', () => {
    const task = psTaskOf({ pid: 3, comm: 'kthreadd', kernelThread: true });
    expect(treeLine({ task, depth: 1 })).to.equal('      3    [kthreadd]');
    expect(treeLine({ task, depth: 100_000 }).length).to.be.lessThan(100);
  });
});
