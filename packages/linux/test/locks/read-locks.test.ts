import { resultOf } from '@vmcorekit/core';
import { type LockList, readLocks } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { start } from '../containers/heap.ts';
import { TaskKernel } from '../tasks/task-kernel.ts';
import { type Kind, LockKernel } from './lock-kernel.ts';

const hasWaiters = 1n;

function read(machine: LockKernel): LockList {
  const list = resultOf(readLocks(machine.kernel()));
  if (typeof list === 'string') {
    throw new Error(list);
  }
  return list;
}

/** `owner > waiter waiter` of each lock. */
function shown({ locks }: LockList): string[] {
  return locks.map(
    ({ kind, owner, waiters }) =>
      `${kind} ${owner?.comm ?? 'none'} > ${waiters.map(({ task }) => task.comm).join(' ')}`,
  );
}

for (const form of ['listed', 'ringed'] as const) {
  describe(`readLocks, with waiters ${form}`, () => {
    it('finds the owner of a mutex, and its waiters in order', () => {
      const machine = new LockKernel(form);
      const [third, owner, first, second] = ['third', 'owner', 'first', 'second'].map((name) =>
        machine.task(name),
      );
      const mutex = machine.lock('mutex');
      machine.tasks.heap.put(mutex, (owner ?? 0n) | hasWaiters | 2n);
      for (const task of [first, second, third]) {
        machine.wait(task ?? 0n, 'mutex', mutex, 'pipe_read');
      }
      const { locks, deadlocks, remarks } = read(machine);
      expect(locks).to.have.length(1);
      expect(locks[0]).to.deep.include({ address: mutex, kind: 'mutex', doubts: [] });
      expect(locks[0]?.owner?.comm).to.equal('owner');
      expect(
        locks[0]?.waiters.map(({ task, wantedBy }) => `${task.comm} ${wantedBy}`),
      ).to.have.members(['first pipe_read', 'second pipe_read', 'third pipe_read']);
      expect(shown({ locks, deadlocks, remarks })).to.deep.equal([
        'mutex owner > first second third',
      ]);
      expect(deadlocks).to.deep.equal([]);
      expect(remarks).to.deep.equal([]);
    });

    it('names the writer of an rwsem, and only counts readers', () => {
      const machine = new LockKernel(form);
      const [writer, reader, one, other] = ['writer', 'reader', 'one', 'other'].map((name) =>
        machine.task(name),
      );
      const [written, shared] = [machine.lock('rwsem'), machine.lock('rwsem')];
      machine.tasks.heap.put(written, 3n, writer ?? 0n);
      machine.tasks.heap.put(shared, (2n << 8n) | 2n, (reader ?? 0n) | 1n);
      machine.wait(one ?? 0n, 'rwsem', written);
      machine.wait(other ?? 0n, 'rwsem', shared);
      const { locks } = read(machine);
      expect(locks.map(({ owner, readers }) => [owner?.comm, readers])).to.deep.equal([
        ['writer', null],
        [undefined, 2],
      ]);
      expect(locks[1]?.lastReader?.comm).to.equal('reader');
    });

    it('shows a deadlock as a cycle, and not the task that waits for it', () => {
      const machine = new LockKernel(form);
      const [a, b, c, outside] = ['a', 'b', 'c', 'outside'].map((name) => machine.task(name));
      const locks = [machine.lock('mutex'), machine.lock('rwsem'), machine.lock('mutex')];
      const { heap } = machine.tasks;
      heap.put(locks[0] ?? 0n, (a ?? 0n) | hasWaiters);
      heap.put(locks[1] ?? 0n, 3n, b ?? 0n);
      heap.put(locks[2] ?? 0n, (c ?? 0n) | hasWaiters);
      machine.wait(a ?? 0n, 'rwsem', locks[1] ?? 0n);
      machine.wait(b ?? 0n, 'mutex', locks[2] ?? 0n);
      machine.wait(c ?? 0n, 'mutex', locks[0] ?? 0n);
      machine.wait(outside ?? 0n, 'mutex', locks[0] ?? 0n);
      const { deadlocks } = read(machine);
      expect(
        deadlocks.map((cycle) => cycle.map(({ task, lock }) => `${task.comm} ${lock.kind}`)),
      ).to.deep.equal([['a rwsem', 'b mutex', 'c mutex']]);
    });

    it('shows a task that waits for a lock it holds itself', () => {
      const machine = new LockKernel(form);
      const task = machine.task('alone');
      const mutex = machine.lock('mutex');
      machine.tasks.heap.put(mutex, task | hasWaiters);
      machine.wait(task, 'mutex', mutex);
      expect(read(machine).deadlocks.map((cycle) => cycle.length)).to.deep.equal([1]);
    });

    it('doubts a lock whose words do not agree with its waiters', () => {
      const machine = new LockKernel(form);
      const [mutex, task] = [machine.lock('mutex'), machine.task('waits')];
      machine.tasks.heap.put(mutex, 0xffff_8880_0000_1000n);
      machine.wait(task, 'mutex', mutex);
      const [lock] = read(machine).locks;
      expect(lock?.owner).to.equal(null);
      expect(lock?.doubts).to.deep.equal([
        'its owner word does not say that tasks wait',
        'its owner at 0xffff888000001000 is no task that is known',
      ]);
    });

    it('ends, whatever memory holds', () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), {
            maxLength: 20,
          }),
          fc.constantFrom<Kind[]>('mutex', 'rwsem'),
          (writes, kind) => {
            const machine = new LockKernel(form);
            const lock = machine.lock(kind);
            for (const name of ['a', 'b', 'c']) {
              machine.wait(machine.task(name), kind, lock);
            }
            const { heap } = machine.tasks;
            const size = heap.usedInBytes;
            for (const [where, value] of writes) {
              const isNear = value % 2n === 0n;
              const near = start + (value % BigInt(size / 8)) * 8n;
              heap.put(start + BigInt(where % (size / 8)) * 8n, isNear ? near : value);
            }
            const list = resultOf(readLocks(machine.kernel()));
            expect(typeof list === 'string' || list.locks.length <= 3).to.equal(true);
          },
        ),
        { numRuns: 60 },
      );
    });
  });
}

describe('readLocks', () => {
  it('names no owner of a semaphore', () => {
    const machine = new LockKernel();
    const semaphore = machine.lock('semaphore');
    machine.wait(machine.task('waits'), 'semaphore', semaphore);
    expect(shown(read(machine))).to.deep.equal(['semaphore none > waits']);
  });

  it('proves no lock where a list is torn, or a node is no waiter', () => {
    for (const damage of [0n, 0xdead_0000_0000_0100n]) {
      const machine = new LockKernel();
      const mutex = machine.lock('mutex');
      const first = machine.task('first');
      const waiter = machine.wait(first, 'mutex', mutex);
      machine.tasks.heap.put(waiter, damage);
      const { locks, remarks } = read(machine);
      expect(locks).to.deep.equal([]);
      expect(remarks).to.deep.equal([
        'task 1 (first) waits for a lock that is not proved: no waiter on its stack leads to a mutex',
      ]);
    }
  });

  it('says which types are missing', () => {
    const answer = resultOf(readLocks(new TaskKernel().kernel()));
    expect(answer).to.be.a('string').and.include('struct mutex and struct rw_semaphore');
  });
});
