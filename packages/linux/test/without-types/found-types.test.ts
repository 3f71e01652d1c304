import type { Kernel, TypeTable } from '@vmcorekit/core';
import { foundTypes, tasksOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { start } from '../containers/heap.ts';
import { at } from '../tasks/task-kernel.ts';
import { UntypedKernel } from './untyped-kernel.ts';

/** A kernel that has only what is found in its memory. */
function untyped(made: UntypedKernel): Kernel {
  const kernel = made.kernel();
  const types: TypeTable = foundTypes({ ...kernel, types: noTypes });
  return { ...kernel, types };
}

const noTypes: TypeTable = {
  from: 'no types',
  remarks: [],
  struct: () => undefined,
  enumeration: () => undefined,
};

const members = {
  comm: at.comm,
  tasks: at.tasks,
  stack: at.stack,
  signal: at.signal,
  thread_node: at.threadNode,
  pid: at.pid,
  tgid: at.tgid,
  group_leader: at.groupLeader,
  real_parent: at.realParent,
  children: at.children,
  sibling: at.sibling,
  flags: at.flags,
  mm: at.mm,
  __state: at.state,
  'thread.sp': at.stackPointer,
} as const;

function offsetsOf(kernel: Kernel, paths: readonly string[]): Record<string, number | undefined> {
  const type = kernel.types.struct('task_struct');
  return Object.fromEntries(paths.map((path) => [path, type?.member(path)?.offsetInBytes]));
}

const expected = Object.fromEntries(
  Object.entries(members).map(([path, offset]) => [path, Number(offset)]),
);

describe('foundTypes', () => {
  it('finds the members of task_struct where the tasks prove them', () => {
    const kernel = untyped(new UntypedKernel());
    expect(offsetsOf(kernel, Object.keys(members))).to.deep.equal(expected);
    expect(kernel.types.struct('signal_struct')?.member('thread_head')?.offsetInBytes).to.equal(0);
    expect(kernel.types.struct('thread_union')?.sizeInBytes).to.equal(0x1000);
  });

  it('finds them in the lower half of the addresses too, where s390x has its kernel', () => {
    const kernel = untyped(new UntypedKernel(0x19d_0000n));
    expect(offsetsOf(kernel, Object.keys(members))).to.deep.equal(expected);
    expect(tasksOf(kernel).tasks).to.have.length.above(10);
  });

  it('leads to the same tasks as types do', () => {
    const made = new UntypedKernel();
    const shown = (kernel: Kernel) =>
      tasksOf(kernel).tasks.map(({ address, pid, tgid, ppid, comm, state, kernelThread }) => ({
        ...{ address, pid, tgid, ppid, comm, state, kernelThread },
      }));
    expect(shown(untyped(made))).to.deep.equal(shown(made.kernel()));
  });

  it('says what was found, and what is not proved', () => {
    const { types } = untyped(new UntypedKernel());
    expect(types.remarks).to.deep.equal([]);
    types.struct('task_struct');
    expect(types.remarks).to.deep.equal([
      'where struct task_struct has its members was found by looking at this dump, not read from types',
      '15 tasks of this dump agree on where struct task_struct has its members',
      'not proved by the tasks of this dump: where they have exit_state, cpu',
    ]);
  });

  it('finds exit_state where a task has ended', () => {
    const made = new UntypedKernel();
    made.task({ pid: 40, comm: 'zombie', parent: made.init, state: 0x80, exitState: 0x20 });
    const kernel = untyped(made);
    expect(offsetsOf(kernel, ['exit_state'])).to.deep.equal({ exit_state: Number(at.exitState) });
    expect(tasksOf(kernel).tasks.find(({ pid }) => pid === 40)?.state).to.equal('Z');
  });

  it('has no state of a task that may have ended, where that is not proved', () => {
    const made = new UntypedKernel();
    // Two members are like exit_state.
    const dead = made.task({ pid: 40, comm: 'dead', parent: made.init, state: 0x80 });
    const kernel = untyped(made);
    expect(offsetsOf(kernel, ['exit_state'])).to.deep.equal({ exit_state: undefined });
    expect(tasksOf(kernel).tasks.find(({ address }) => address === dead)?.state).to.equal(null);
  });

  it('does not take one of two members that are alike', () => {
    const made = new UntypedKernel();
    const { heap } = made.tasks;
    const tasks = tasksOf(made.kernel()).tasks;
    for (const { address, values } of tasks) {
      heap.put(address + 328n, values.groupLeader);
    }
    expect(offsetsOf(untyped(made), ['group_leader', 'pid'])).to.deep.equal({
      group_leader: undefined,
      pid: Number(at.pid),
    });
  });

  it('knows the members of a kernel whose tasks have names of any bytes', () => {
    const made = new UntypedKernel();
    made.program({ pid: 41, comm: 'a) R\n\u001b[7m', parent: made.init });
    made.program({ pid: 42, comm: '', parent: made.init });
    expect(offsetsOf(untyped(made), ['comm', 'tasks'])).to.deep.equal({
      comm: Number(at.comm),
      tasks: Number(at.tasks),
    });
  });

  it('is not asked where the stacks of the tasks do not end with the mark', () => {
    const made = new UntypedKernel();
    const { heap } = made.tasks;
    for (const { values } of tasksOf(made.kernel()).tasks) {
      heap.put(values.stack, 0n);
    }
    const { types } = untyped(made);
    expect(types.struct('task_struct')).to.equal(undefined);
    expect(types.remarks).to.deep.equal([
      'where struct task_struct has its members was not found in memory: no list that begins in init_task leads through tasks alone',
    ]);
  });

  it('leaves another list after a few elements, though the first looks named', () => {
    const made = new UntypedKernel();
    const { heap, initTask } = made.tasks;
    const head = initTask + at.realTime;
    heap.put(head, head, head);
    const nodes = Array.from({ length: 100 }, (_, index) => {
      const element = heap.take(0x100);
      heap.bytes(element + at.comm, Uint8Array.of(index === 0 ? 0x61 : 1, 0));
      made.tasks.append(head, element + at.realTime);
      return element + at.realTime;
    });
    const read = new Set<bigint>();
    const kernel = untyped(made);
    const { memory } = kernel;
    const readInto = memory.readInto.bind(memory);
    memory.readInto = (address, target) => {
      read.add(address);
      readInto(address, target);
    };
    expect(offsetsOf(kernel, Object.keys(members))).to.deep.equal(expected);
    expect(nodes.filter((node) => read.has(node))).to.have.length.within(1, 20);
  });

  it('has nothing but tasks and modules', () => {
    const { types } = untyped(new UntypedKernel());
    expect(types.struct('file')).to.equal(undefined);
    expect(types.enumeration('pid_type')).to.equal(undefined);
    expect(types.remarks).to.deep.equal([]);
  });

  describe('where no symbol names the first task', () => {
    const unnamed = (made: UntypedKernel): Kernel => {
      const kernel = made.kernel();
      const { symbols } = kernel;
      const find: typeof symbols.find = (name, module) =>
        name === 'init_task' ? undefined : symbols.find(name, module);
      const run = { virtualAddress: start, physicalAddress: 0, lengthInBytes: 0x400000 };
      const runs = [{ ...run, isWritable: true, isExecutable: false, isUser: false }];
      const source = {
        ...kernel,
        symbols: Object.assign(Object.create(symbols), { find }),
        runs,
        types: noTypes,
      };
      return { ...source, types: foundTypes(source) };
    };
    /** Real tasks have themselves three times; `parent` is none of these. */
    const threeTimes = () => {
      const made = new UntypedKernel();
      made.tasks.heap.put(made.tasks.initTask + at.credentials, made.tasks.initTask);
      return made;
    };

    it('finds it by its name, and by its own address before that', () => {
      expect(offsetsOf(unnamed(threeTimes()), Object.keys(members))).to.deep.equal(expected);
    });

    it('finds nothing where no place before the name is there three times', () => {
      expect(offsetsOf(unnamed(new UntypedKernel()), ['comm'])).to.deep.equal({ comm: undefined });
    });
  });

  it('never throws, and never finds a wrong offset, in memory damaged anywhere', () => {
    const made = new UntypedKernel();
    const size = made.tasks.heap.usedInBytes;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: size / 8 - 1 }), fc.bigInt({ min: 0n, max: 0xffffn })), {
          maxLength: 4,
        }),
        (damages) => {
          const { heap } = made.tasks;
          const places = damages.map(([index]) => start + BigInt(index * 8));
          const old = places.map((place) => heap.word(place));
          for (const [index, place] of places.entries()) {
            heap.put(place, damages[index]?.[1] ?? 0n);
          }
          const found = offsetsOf(untyped(made), Object.keys(members));
          for (const [index, place] of [...places.entries()].toReversed()) {
            heap.put(place, old[index] ?? 0n);
          }
          for (const [path, offset] of Object.entries(found)) {
            expect(offset ?? expected[path], path).to.equal(expected[path]);
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});
