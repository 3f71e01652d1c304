import { isVmcorekitError, noSymbols, resultOf } from '@vmcorekit/core';
import { readTasks, runningCpusOf, type TaskList, taskMemoryOf, tasksOf } from '@vmcorekit/linux';
import { testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { Heap, start } from '../containers/heap.ts';
import { at, TaskKernel } from './task-kernel.ts';

/** init with two threads, a shell below it, and a thread of the kernel. */
function machine(): { kernel: TaskKernel; init: bigint; thread: bigint; shell: bigint } {
  const kernel = new TaskKernel();
  const init = kernel.task({ pid: 1, comm: 'init' });
  const thread = kernel.task({ pid: 5, threadOf: init, comm: 'init/5' });
  kernel.task({ pid: 2, comm: 'kthreadd', isKernel: true, state: 0x402 });
  const shell = kernel.task({ pid: 9, comm: 'sh', parent: init, uid: 1000 });
  return { kernel, init, thread, shell };
}

const pidsOf = ({ tasks }: TaskList) => tasks.map(({ pid }) => pid);

describe('readTasks', () => {
  it('finds processes, their threads and the idle tasks, by pid', () => {
    const { kernel, init } = machine();
    const list = tasksOf(kernel.kernel());
    expect(pidsOf(list)).to.deep.equal([0, 1, 2, 5, 9]);
    expect(list.tasks.map(({ doubts }) => doubts.length)).to.deep.equal([0, 0, 0, 0, 0]);
    expect({ hidden: list.hidden, remarks: list.remarks }).to.deep.equal({
      hidden: [],
      remarks: [],
    });
    const { seenBy, comm, ppid, tgid, state, kernelThread, onCpu, address } =
      list.tasks[1] ?? expect.fail('no init');
    expect({ seenBy, comm, ppid, tgid, state, kernelThread, onCpu, address }).to.deep.equal({
      seenBy: ['tasks', 'pids', 'children'],
      comm: 'init',
      ppid: 0,
      tgid: 1,
      state: 'S',
      kernelThread: false,
      onCpu: false,
      address: init,
    });
  });

  it('doubts a task on a CPU that the kernel does not have', () => {
    // One flipped bit gave a task the CPU 1048576, and nothing spoke against it.
    const { kernel } = machine();
    kernel.task({ pid: 20, cpu: 1048576 });
    const { cpu, doubts } =
      tasksOf(kernel.kernel()).tasks.find(({ pid }) => pid === 20) ?? expect.fail('no task');
    expect({ cpu, doubts }).to.deep.equal({
      cpu: null,
      doubts: ['its CPU 1048576 is none that the kernel has'],
    });
  });

  describe('where the symbols name no variables', () => {
    const runs = [
      {
        ...{ virtualAddress: start, physicalAddress: 0, lengthInBytes: 0x400000 },
        ...{ isWritable: true, isExecutable: false, isUser: false },
      },
    ];
    const unnamed = (kernel: TaskKernel) => kernel.kernel(0, { symbols: noSymbols, runs });

    it('finds the first task by its shape, and the others by it', () => {
      const { kernel } = machine();
      const list = tasksOf(unnamed(kernel));
      expect(pidsOf(list)).to.deep.equal([0, 1, 2, 5, 9]);
      expect(list.remarks).to.deep.equal([
        'no symbol names init_task: it was found by its shape in the data of the kernel',
      ]);
    });

    it('finds none where two look like the first', () => {
      const { kernel } = machine();
      const copy = kernel.lostTask({ pid: 0, comm: 'swapper/0', isKernel: true });
      kernel.heap.put(copy + at.tasks, copy + at.tasks, copy + at.tasks);
      kernel.heap.put(copy + at.realParent, copy);
      const list = resultOf(readTasks(unnamed(kernel)));
      expect(list).to.match(/do not name init_task.*give a System.map or vmlinux/);
    });

    it('takes a task at its word which CPU runs it, but not two of one CPU', () => {
      const { kernel, shell, thread } = machine();
      kernel.int(shell + 12n, 1);
      const currents = () => {
        const opened = unnamed(kernel);
        const { tasks } = tasksOf(opened);
        return runningCpusOf({ ...opened, tasks: () => tasks }).map(({ task }) => task);
      };
      expect(currents()).to.deep.equal([shell]);
      kernel.int(thread + 12n, 1);
      expect(currents()).to.deep.equal([]);
    });
  });

  it('knows kernel threads, idle ones, parents and threads', () => {
    const { kernel } = machine();
    const [idle, , daemon, thread, shell] = tasksOf(kernel.kernel()).tasks;
    expect(daemon).to.include({ kernelThread: true, state: 'I' });
    expect(idle).to.include({ isIdle: true, onCpu: true, ppid: 0 });
    expect(idle?.seenBy).to.deep.equal(['tasks', 'runqueue', 'cpu']);
    expect(thread).to.include({ pid: 5, tgid: 1 });
    expect(shell).to.include({ ppid: 1 });
  });

  it('finds tasks in the runqueue, fair and of real time', () => {
    const { kernel, shell, thread } = machine();
    kernel.append(kernel.rq + 24n, shell + at.fair);
    kernel.append(kernel.rq + 56n, thread + at.realTime);
    kernel.int(kernel.rq + 72n, 1);
    kernel.heap.put(kernel.rq, shell);
    kernel.run(shell);
    const { tasks } = tasksOf(kernel.kernel());
    expect(tasks.find(({ address }) => address === shell)?.seenBy).to.deep.equal([
      'tasks',
      'pids',
      'runqueue',
      'cpu',
      'children',
    ]);
    expect(tasks.find(({ address }) => address === shell)?.onCpu).to.equal(true);
    expect(tasks.find(({ address }) => address === thread)?.seenBy).to.include('runqueue');
  });

  it('shows a process that was taken out of the list, and says so', () => {
    const { kernel, shell } = machine();
    kernel.unlink(shell + at.tasks);
    const list = tasksOf(kernel.kernel());
    expect(pidsOf(list)).to.deep.equal([0, 1, 2, 5, 9]);
    expect(list.hidden.map(({ task, reason }) => [task.pid, reason])).to.deep.equal([
      [9, 'hidden'],
    ]);
    const task = list.hidden[0]?.task;
    expect(task?.seenBy).to.deep.equal(['pids', 'children']);
    expect(task?.doubts).to.deep.equal(['the list of tasks does not have it']);
    expect(list.remarks).to.deep.equal([
      'the kernel counts 4 tasks (nr_threads), and its list has 3',
    ]);
  });

  it('calls no process hidden that a torn list may have in its lost part', () => {
    const { kernel, shell, init } = machine();
    kernel.unlink(shell + at.tasks);
    kernel.heap.put(init + at.tasks, 0xdead0000n);
    const list = tasksOf(kernel.kernel());
    expect(list.hidden.map(({ reason }) => reason))
      .to.include('torn')
      .and.not.include('hidden');
    expect(list.remarks.join()).to.include('init_task.tasks: at ');
  });

  it('finds a process that only its parent has', () => {
    const { kernel, init } = machine();
    const hidden = kernel.lostTask({ pid: 33, comm: 'miner', parent: init });
    kernel.append(init + at.children, hidden + at.sibling);
    const list = tasksOf(kernel.kernel());
    expect(list.hidden.map(({ task, reason }) => [task.comm, reason])).to.deep.equal([
      ['miner', 'hidden'],
    ]);
    expect(list.hidden[0]?.task.doubts).to.include('the pids do not have it');
  });

  for (const [reason, fields] of [
    ['exiting', { exitState: 0x10 }],
    ['new', { state: 0x800 }],
  ] as const) {
    it(`calls a task that only the CPU has ${reason} where its state says so`, () => {
      const { kernel } = machine();
      const task = kernel.lostTask({ pid: 33, ...fields });
      kernel.heap.put(kernel.rq, task);
      kernel.run(task);
      const list = tasksOf(kernel.kernel());
      expect(list.hidden.map((each) => each.reason)).to.deep.equal([reason]);
    });
  }

  it('knows the first task as idle where the runqueue is lost', () => {
    const { kernel } = machine();
    kernel.heap.put(kernel.rq + 8n, 0n);
    const { tasks, remarks } = tasksOf(
      kernel.kernel(undefined, {}, { runqueues: start + 0x4000_0000n }),
    );
    expect(tasks.map(({ pid, isIdle }) => [pid, isIdle])).to.deep.include([0, true]);
    expect(remarks).to.deep.equal([]);
  });

  it('does not say that no CPU runs a task where what a CPU runs is lost', () => {
    const { kernel, shell } = machine();
    kernel.int(shell + 12n, 1);
    const lost = kernel.kernel(undefined, {}, { current_task: start + 0x4000_0000n });
    const task = tasksOf(lost).tasks.find(({ address }) => address === shell);
    expect(task?.onCpu).to.equal(true);
  });

  it('does not believe a runqueue that calls a process idle', () => {
    const { kernel, shell } = machine();
    kernel.unlink(shell + at.tasks);
    kernel.heap.put(kernel.rq + 8n, shell);
    const { hidden } = tasksOf(kernel.kernel());
    expect(hidden.map(({ task }) => [task.pid, task.isIdle])).to.deep.equal([[9, false]]);
  });

  it('says that a CPU and its runqueue name two tasks', () => {
    const { kernel, shell } = machine();
    kernel.run(shell);
    expect(tasksOf(kernel.kernel()).remarks.join('\n')).to.include('CPU 0 runs the task at ');
  });

  it('doubts a process that its parent does not have', () => {
    const { kernel, shell } = machine();
    kernel.unlink(shell + at.sibling);
    const { tasks } = tasksOf(kernel.kernel());
    expect(tasks.find(({ address }) => address === shell)?.doubts).to.deep.equal([
      'its parent does not have it among its children',
    ]);
  });

  it('walks the threads of a process once, however many tasks claim them', () => {
    const { kernel, init } = machine();
    const signal = kernel.heap.word(init + at.signal);
    for (let pid = 10; pid < 60; pid++) {
      const task = kernel.task({ pid });
      kernel.heap.put(task + at.signal, signal);
    }
    for (let count = 0; count < 200; count++) {
      kernel.append(signal, kernel.heap.take(0x180, 64) + at.threadNode);
    }
    const opened = kernel.kernel();
    const readInto = opened.memory.readInto.bind(opened.memory);
    let reads = 0;
    Object.defineProperty(opened.memory, 'readInto', {
      value: (address: bigint, target: Uint8Array) => {
        reads++;
        readInto(address, target);
      },
    });
    tasksOf(opened);
    expect(reads).to.be.greaterThan(100).and.lessThan(5000);
  });

  it('keeps no more remarks than a reader can use', () => {
    const { kernel } = machine();
    for (let pid = 10; pid < 64; pid++) {
      kernel.number(kernel.heap.take(0x180, 64), pid);
    }
    const head = kernel.initTask + at.children;
    for (let count = 0; count < 100; count++) {
      kernel.append(head, kernel.heap.take(0x180, 64) + at.sibling);
    }
    const { remarks } = tasksOf(kernel.kernel());
    expect(remarks.length).to.be.lessThan(140);
    expect(remarks.join('\n')).to.match(/\d+ more remarks left out/);
  });

  it('doubts every task of a list that was forged, and finds the real ones', () => {
    const { kernel } = machine();
    const head = kernel.initTask + at.tasks;
    kernel.heap.put(head, head, head);
    const forged = [1, 2, 9].map((pid) => kernel.lostTask({ pid, comm: 'innocent' }));
    for (const task of forged) {
      kernel.append(head, task + at.tasks);
    }
    const list = tasksOf(kernel.kernel());
    expect(
      list.tasks.filter(({ comm }) => comm === 'innocent').map(({ doubts }) => doubts),
    ).to.deep.equal(
      forged.map(() => [
        'the pids do not have it',
        'its parent does not have it among its children',
      ]),
    );
    expect(list.hidden.map(({ task }) => task.comm)).to.have.members([
      'init',
      'init/5',
      'kthreadd',
      'sh',
    ]);
  });

  it('goes on from the other end of a torn list', () => {
    const { kernel, init } = machine();
    kernel.heap.put(init + at.tasks, 0xdead000000000100n);
    const list = tasksOf(kernel.kernel());
    expect(pidsOf(list)).to.deep.equal([0, 1, 2, 5, 9]);
    expect(list.remarks.join('\n')).to.include('init_task.tasks: at ');
  });

  for (const [what, damage, doubt] of [
    [
      'a stack without its mark',
      (k: TaskKernel, t: bigint) => k.heap.put(k.heap.word(t + at.stack), 0n),
      /does not end with the kernel's mark/,
    ],
    [
      'a vm area of another stack',
      (k: TaskKernel, t: bigint) => k.makeStackArea(t, k.heap.word(k.initTask + at.stack)),
      /is not where its vm area begins/,
    ],
    [
      'a vm area that is lost, and a stack without its mark',
      (k: TaskKernel, t: bigint) => {
        k.heap.put(t + at.stackArea, 8n);
        k.heap.put(k.heap.word(t + at.stack), 0n);
      },
      /does not end with the kernel's mark/,
    ],
    ['no stack', (k: TaskKernel, t: bigint) => k.heap.put(t + at.stack, 0n), /has no stack/],
    [
      'a stack pointer elsewhere',
      (k: TaskKernel, t: bigint) => k.heap.put(t + at.stackPointer, 8n),
      /lies outside its stack/,
    ],
    [
      'the first thread of another process',
      (k: TaskKernel, t: bigint) => k.heap.put(t + at.groupLeader, k.initTask),
      /contradict each other/,
    ],
    [
      'another number than the pids have',
      (k: TaskKernel, t: bigint) => k.int(t + at.pid, 10),
      /the pids have it under 9/,
    ],
    [
      'a name that does not end',
      (k: TaskKernel, t: bigint) => k.heap.bytes(t + at.comm, new Uint8Array(16).fill(65)),
      /its name does not end/,
    ],
  ] as const) {
    it(`doubts a task with ${what}`, () => {
      const { kernel, shell } = machine();
      damage(kernel, shell);
      const { tasks } = tasksOf(kernel.kernel());
      expect(tasks.find(({ address }) => address === shell)?.doubts.join('\n')).to.match(doubt);
    });
  }

  it('reads the mark of a stack only where its vm area is not enough', () => {
    const { kernel, shell, thread } = machine();
    for (const task of [shell, thread]) {
      const stack = kernel.heap.word(task + at.stack);
      kernel.makeStackArea(task, stack);
      kernel.heap.put(stack, 0n);
    }
    const doubtsOf = (task: bigint) =>
      tasksOf(kernel.kernel())
        .tasks.find(({ address }) => address === task)
        ?.doubts.join('\n');
    expect([doubtsOf(shell), doubtsOf(thread)]).to.deep.equal(['', '']);
    kernel.run(shell);
    expect(doubtsOf(shell)).to.match(/does not end with the kernel's mark/);
    kernel.unlink(thread + at.threadNode);
    expect(doubtsOf(thread)).to.equal(undefined);
  });

  it('reads no page for the stack of each task, where vm areas show where they begin', () => {
    const kernel = new TaskKernel();
    for (let pid = 1; pid <= 60; pid++) {
      const task = kernel.task({ pid });
      kernel.makeStackArea(task, kernel.heap.word(task + at.stack));
    }
    const low = new Set<bigint>();
    const opened = kernel.kernel();
    const { memory } = opened;
    const readPointer = memory.readPointer.bind(memory);
    memory.readPointer = (address) => {
      low.add(address);
      return readPointer(address);
    };
    const { tasks } = tasksOf(opened);
    expect(tasks).to.have.length(61);
    const read = tasks.filter(({ values }) => low.has(values.stack));
    expect(read.map(({ pid }) => pid)).to.deep.equal([0]);
  });

  it('does not doubt a zombie that gave its stack back', () => {
    const { kernel, shell } = machine();
    kernel.heap.put(shell + at.stack, 0n);
    kernel.int(shell + at.exitState, 0x20);
    const task = tasksOf(kernel.kernel()).tasks.find(({ address }) => address === shell);
    expect(task).to.include({ state: 'Z' });
    expect(task?.doubts).to.deep.equal([]);
  });

  it('leaves out what a view names and is no task, with a remark', () => {
    const { kernel } = machine();
    const junk = kernel.heap.take(0x180, 64);
    kernel.number(junk, 40);
    const list = tasksOf(kernel.kernel());
    expect(pidsOf(list)).to.deep.equal([0, 1, 2, 5, 9]);
    expect(list.remarks.join('\n')).to.match(/pids lead to 0x[0-9a-f]+, which is no task/);
  });

  it('names a task that cannot be read', () => {
    const { kernel } = machine();
    kernel.number(start + 0x400000n, 40);
    expect(tasksOf(kernel.kernel()).remarks.join('\n')).to.include('cannot be read');
  });

  it('says what is missing without types or symbols', () => {
    const { memory } = new Heap().kernel;
    const { dump } = new TaskKernel().kernel();
    const bare = testKernel({ dump, memory, located: { release: '6.1.0' } });
    expect(resultOf(readTasks(bare))).to.match(/vmlinux or vmlinuz of 6\.1\.0 with --symbols/);
    const { types } = new TaskKernel().kernel();
    expect(resultOf(readTasks(testKernel({ dump, memory, types })))).to.include('init_task');
    const thrown = (() => {
      try {
        return tasksOf(bare);
      } catch (error) {
        return error;
      }
    })();
    expect(isVmcorekitError(thrown, 'unsupported')).to.equal(true);
  });

  it('ends, and does not throw, whatever the memory holds', () => {
    const { kernel } = machine();
    const { heap } = kernel;
    const words = Math.floor(heap.usedInBytes / 8);
    const image = heap.kernel.memory.read(start, words * 8);
    const damage = fc.array(
      fc.tuple(
        fc.nat({ max: words - 1 }),
        fc.oneof(
          fc.nat({ max: words - 1 }).map((word) => start + BigInt(word * 8)),
          fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        ),
      ),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(damage, (writes) => {
        heap.bytes(start, image);
        for (const [word, value] of writes) {
          heap.put(start + BigInt(word * 8), value);
        }
        const damaged = kernel.kernel();
        const list = resultOf(readTasks(damaged));
        if (typeof list !== 'string') {
          for (const task of list.tasks) {
            taskMemoryOf(damaged, task);
          }
          const { size } = new Set(list.tasks.map(({ address }) => address));
          expect(size).to.equal(list.tasks.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});
