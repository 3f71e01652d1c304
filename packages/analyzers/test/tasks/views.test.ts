import { expect } from 'chai';
import { childrenLines, parentsLines, threadsLines } from '../../dist/tasks/views/family.js';
import { summaryLines, timesLines } from '../../dist/tasks/views/times.js';
import { psTaskOf } from './ps-task-of.ts';

const at = (index: number) => `0x${(0xffff888000001000n + BigInt(index * 64)).toString(16)}`;
const tasks = [
  psTaskOf({ pid: 0, isIdle: true, address: at(0) }),
  psTaskOf({ pid: 0, isIdle: true, cpu: 1, address: at(1) }),
  psTaskOf({ pid: 1, address: at(2) }),
  psTaskOf({ pid: 7, ppid: 1, address: at(3), userTimeInNanoseconds: null }),
  psTaskOf({ pid: 8, ppid: 1, tgid: 7, address: at(4), state: 'D', comm: '\u001b[2J' }),
];
const [, , first = psTaskOf({}), leader = psTaskOf({}), thread = psTaskOf({})] = tasks;
const pids = (lines: readonly string[]) =>
  lines.flatMap((line) => /^( *)PID: (\d+)/.exec(line)?.slice(1) ?? []);

describe('views of ps', () => {
  it('shows the parents of a task down from the idle task of CPU 0', () => {
    expect(pids(parentsLines([leader], tasks))).to.deep.equal(['', '0', ' ', '1', '  ', '7']);
  });

  it('ends where parents form a loop', () => {
    const loop = [psTaskOf({ pid: 5, ppid: 6 }), psTaskOf({ pid: 6, ppid: 5 })];
    expect(pids(parentsLines(loop.slice(0, 1), loop))).to.deep.equal(['', '6', ' ', '5']);
  });

  it('shows the children of a task, without threads', () => {
    expect(pids(childrenLines([first], tasks))).to.deep.equal(['', '1', '  ', '7']);
    expect(childrenLines([leader], tasks)).to.contain('  (no children)');
  });

  it('shows threads below the first of their process, each idle task once', () => {
    expect(pids(threadsLines([thread], tasks))).to.deep.equal(['', '7', '  ', '8']);
    expect(threadsLines([first], tasks)).to.contain('  (no threads)');
    expect(pids(threadsLines(tasks.slice(0, 1), tasks))).to.deep.equal(['', '0', '  ', '0']);
  });

  it('shows times, with a dash for what is not known, and no escape sequence', () => {
    expect(timesLines([leader])).to.contain('       UTIME: –');
    expect(timesLines([thread]).join())
      .to.contain('\\x1b[2J')
      .and.not.contain('\u001b');
  });

  it('counts tasks by state', () => {
    expect(summaryLines(tasks)).to.deep.equal(['  S: 4', '  D: 1']);
  });
});
