import type { BtStack, LockEntry, LocksReport } from '@vmcorekit/analyzers';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { lockRows, locksColumns } from '../../dist/locks/locks-columns.js';
import { locksLines } from '../../dist/locks/locks-text.js';
import { analyze, emptyDump } from '../guest.ts';

const task = (pid: number, comm: string) => ({ address: `0x${pid}00`, pid, comm, state: 'D' });

function lock(fields: Partial<LockEntry>): LockEntry {
  return {
    address: '0x1000',
    kind: 'mutex',
    symbol: null,
    owner: null,
    readers: null,
    lastReader: null,
    waiters: [],
    doubts: [],
    ...fields,
  };
}

const stack: BtStack = {
  pid: 1,
  cpu: 0,
  task: '0x100',
  comm: 'a',
  state: 'D',
  frames: [],
  end: { reason: 'lost', isComplete: false, detail: null },
  by: 'orc',
};

const one = lock({ owner: task(1, 'a'), waiters: [{ ...task(2, 'b'), wantedBy: 'pipe_read' }] });
const other = lock({
  address: '0x2000',
  kind: 'rwsem',
  symbol: 'namespace_sem',
  owner: task(2, 'b'),
  waiters: [{ ...task(1, 'a'), wantedBy: null }],
});
const report: LocksReport = { locks: [one, other], deadlocks: [], blocked: [] };

describe('locks', () => {
  it('says who holds each lock, what the owner waits for, and who waits', () => {
    expect(locksLines(report)).to.deep.equal([
      'mutex 0x1000: held by 1 a (D), which waits for rwsem 0x2000',
      '  2 b (D) waits in pipe_read',
      '',
      'rwsem 0x2000 namespace_sem: held by 2 b (D), which waits for mutex 0x1000',
      '  1 a (D) waits',
      '',
      'no task is in state D',
    ]);
  });

  it('shows deadlocks first, as a chain', () => {
    const deadlocks = [
      [
        { ...task(1, 'a'), lock: '0x2000' },
        { ...task(2, 'b'), lock: '0x1000' },
      ],
    ];
    expect(locksLines({ ...report, deadlocks }).slice(0, 4)).to.deep.equal([
      'deadlock of 2 tasks:',
      '  1 a (D) waits for 0x2000, which 2 b (D) holds',
      '  2 b (D) waits for 0x1000, which 1 a (D) holds',
      '',
    ]);
  });

  it('names readers, locks without an owner, doubts and blocked tasks', () => {
    const lines = locksLines({
      locks: [
        lock({ kind: 'rwsem', readers: 2, lastReader: task(3, 'c\u001b') }),
        lock({ kind: 'semaphore', doubts: ['it is odd'] }),
      ],
      deadlocks: [],
      blocked: [{ count: 1, pids: [1], stack }],
    });
    expect(lines).to.deep.equal([
      'rwsem 0x1000: held by 2 readers; the last to take it was 3 c\\x1b (D)',
      '',
      'semaphore 0x1000: it does not say who holds it',
      '  doubt: it is odd',
      '',
      '1 task in state D:',
      '',
      '1 task: 1',
      '    incomplete: lost',
    ]);
  });

  it('has a row for each waiter', () => {
    const rows = [...lockRows(report.locks)].map((row) =>
      Object.fromEntries(locksColumns.map(({ key = '', value }) => [key, value(row)])),
    );
    expect(
      rows.map(({ lock: at, ownerPid, waiterPid }) => [at, ownerPid, waiterPid]),
    ).to.deep.equal([
      ['0x1000', 1, 2],
      ['0x2000', 2, 1],
    ]);
  });

  it('says that there is no kernel', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] });
    expect(await analyze('locks', emptyDump(memory))).to.deep.include({
      text: ['no answer to who waits for locks: no kernel was found in memory'],
      data: null,
    });
  });
});
