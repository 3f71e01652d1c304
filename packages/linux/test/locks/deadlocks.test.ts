import { expect } from 'chai';
import fc from 'fast-check';
import { deadlocksIn, type Wait } from '../../dist/locks/deadlocks.js';
import { mutexHeldBy, rwsemHeldBy } from '../../dist/locks/lock-owner.js';

const task = 0xffff_8880_0123_4000n;

/** The tasks that reach themselves, found by walking from each. */
function inCycles(waits: readonly Wait[]): bigint[] {
  const owners = new Map(waits.map((wait) => [wait.task, wait.owner]));
  return [...owners.keys()].filter((from) => {
    let at = owners.get(from) ?? null;
    for (let step = 0; step < owners.size && at !== null && at !== from; step++) {
      at = owners.get(at) ?? null;
    }
    return at === from;
  });
}

describe('deadlocksIn', () => {
  it('finds each cycle once, from its lowest task on', () => {
    const waits = [
      { task: 5n, lock: 50n, owner: 3n },
      { task: 9n, lock: 90n, owner: 5n },
      { task: 3n, lock: 30n, owner: 5n },
      { task: 7n, lock: 70n, owner: null },
    ];
    expect(deadlocksIn(waits)).to.deep.equal([[waits[2], waits[0]]]);
  });

  it('agrees with a walk from every task', () => {
    const small = fc.bigInt({ min: 0n, max: 12n });
    const wait = fc.record({ task: small, lock: small, owner: fc.option(small) });
    fc.assert(
      fc.property(fc.uniqueArray(wait, { selector: (each) => each.task }), (waits) => {
        const found = deadlocksIn(waits).flatMap((cycle) => cycle.map((each) => each.task));
        expect(found).to.have.members(inCycles(waits));
      }),
    );
  });
});

describe('the owner of a lock', () => {
  const free = { owner: null, readers: null, lastReader: null, doubt: undefined };

  it('of a mutex and of an rt_mutex is its word without flags', () => {
    expect(mutexHeldBy(task | 7n)).to.deep.equal({ ...free, owner: task });
    expect(mutexHeldBy(1n)).to.deep.equal(free);
    expect(mutexHeldBy(task).doubt).to.be.a('string');
    expect(mutexHeldBy(task | 1n)).to.deep.equal({ ...free, owner: task });
  });

  it('of an rwsem is its writer; readers are a number', () => {
    const cases = [
      [3n, task, { ...free, owner: task }],
      // Nonspinnable, and a reader failed.
      [(1n << 63n) | 3n, task | 2n, { ...free, owner: task }],
      [0x302n, task | 1n, { ...free, readers: 3, lastReader: task }],
      [0x102n, 1n, { ...free, readers: 1 }],
      // Let go, and handed to no task yet.
      [2n, task, free],
    ] as const;
    for (const [count, owner, held] of cases) {
      expect(rwsemHeldBy(count, owner)).to.deep.equal(held);
    }
    expect(rwsemHeldBy(1n, task).doubt).to.be.a('string');
  });
});
