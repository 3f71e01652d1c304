import { tasksOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import { stateLetter } from '../../dist/tasks/task-state.js';
import { TaskKernel } from './task-kernel.ts';

describe('stateLetter', () => {
  // Source of the letters: Linux, fs/proc/array.c and include/linux/sched.h.
  for (const [what, state, exitState, letter] of [
    ['running', 0n, 0, 'R'],
    ['interruptible', 1n, 0, 'S'],
    ['uninterruptible', 2n, 0, 'D'],
    ['killable', 0x102n, 0, 'D'],
    ['stopped', 0x104n, 0, 'T'],
    ['traced', 8n, 0, 't'],
    ['a zombie', 0x80n, 0x20, 'Z'],
    ['dead', 0x80n, 0x10, 'X'],
    ['parked', 0x40n, 0, 'P'],
    ['idle', 0x402n, 0, 'I'],
    ['freezable', 0x2001n, 0, 'S'],
    ['frozen', 0x8000n, 0, 'D'],
    ['waiting for a lock of real time', 0x1000n, 0, 'D'],
    ['new', 0x800n, 0, 'R'],
  ] as const) {
    it(`shows a task that is ${what} as ${letter}`, () => {
      expect(stateLetter(state, exitState)).to.equal(letter);
    });
  }
});

describe('the state of a task', () => {
  function stateWith(names: readonly string[]): string | null | undefined {
    const made = new TaskKernel();
    made.task({ pid: 1 });
    const array = made.heap.take(names.length * 8);
    for (const [index, name] of names.entries()) {
      const text = made.heap.take(16);
      made.heap.bytes(text, new TextEncoder().encode(name));
      made.heap.put(array + BigInt(index * 8), text);
    }
    return tasksOf(made.kernel(1, {}, { task_state_array: array })).tasks[1]?.state;
  }

  it('is shown where the kernel names the states alike', () => {
    const names = ['R (running)', 'S (sleeping)', 'D', 'T', 't', 'X', 'Z', 'P', 'I (idle)'];
    expect(stateWith(names)).to.equal('S');
  });

  it('is not proved where the kernel has other states', () => {
    expect(stateWith(['R', 'S', 'D', 'T', 't', 'X', 'Z', 'x', 'K'])).to.equal(null);
  });
});
