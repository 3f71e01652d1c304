import type { Task } from '@vmcorekit/core';
import { expect } from 'chai';
import { unmetRemarks, unmetWords } from '../../dist/tasks/task-selection.js';

const tasks = [
  { pid: 1, comm: 'init', address: 0xffff888000001000n },
  { pid: 12, comm: 'bash', address: 0xffff888000002000n },
] as unknown as readonly Task[];

describe('the words that select tasks', () => {
  it('are named where no task has that pid, name or address', () => {
    const words = ['1', 'bash', 'ffff888000002000', '2', 'bas', '0xffff888000003000'];
    expect(unmetWords(tasks, { words })).to.deep.equal(['2', 'bas', '0xffff888000003000']);
    expect(unmetWords(tasks, { words: [] })).to.deep.equal([]);
    const low = [{ pid: 7, comm: 'init', address: 0x2a8000n }] as unknown as readonly Task[];
    expect(
      unmetWords(low, { words: ['0x2a8000', '2a8000', '2a8001', 'init', '07'] }),
    ).to.deep.equal(['2a8001']);
    expect(unmetRemarks(tasks, ['1', '2'])).to.deep.equal([
      'no task has the pid, name or address 2',
    ]);
  });
});
