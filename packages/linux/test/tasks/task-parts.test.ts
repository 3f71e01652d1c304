import { x8664 } from '@vmcorekit/architectures';
import { type Kernel, TranslatedMemory, type TranslationRoot } from '@vmcorekit/core';
import {
  argumentsOf,
  credentialsOf,
  fullNameOf,
  type LinuxTask,
  namespacesOf,
  schedulingOf,
  taskMemoryOf,
  tasksOf,
  threadCountOf,
} from '@vmcorekit/linux';
import { PageTableBuilder } from '@vmcorekit/testing';
import { expect } from 'chai';
import { start } from '../containers/heap.ts';
import { at, TaskKernel } from './task-kernel.ts';

const { mmu } = x8664;

function taskAt(kernel: Kernel, address: bigint): LinuxTask {
  return tasksOf(kernel).tasks.find((task) => task.address === address) ?? expect.fail('no task');
}

describe('taskMemoryOf', () => {
  it('adds what each thread keeps to itself, before Linux 6.2', () => {
    const made = new TaskKernel();
    const mm = made.heap.take(64);
    made.heap.put(mm, 100n, 3n, 4n, 1000n, 5n);
    const task = made.task({ pid: 1, mm });
    const thread = made.task({ pid: 2, threadOf: task, mm });
    made.int(task + at.rssCounts, 2);
    made.int(thread + at.rssCounts + 12n, 1);
    const kernel = made.kernel();
    expect(taskMemoryOf(kernel, taskAt(kernel, task))).to.deep.equal({
      virtualSizeInBytes: 100 * 4096,
      residentSizeInBytes: (3 + 2 + 4 + 5 + 1) * 4096,
    });
  });

  it('reads the memory of many threads once', () => {
    const made = new TaskKernel();
    const mm = made.heap.take(64);
    const task = made.task({ pid: 1, mm });
    for (let pid = 2; pid < 60; pid++) {
      made.task({ pid, threadOf: task, mm });
    }
    const kernel = made.kernel();
    const { tasks } = tasksOf(kernel);
    const readInt32 = kernel.memory.readInt32.bind(kernel.memory);
    let reads = 0;
    Object.defineProperty(kernel.memory, 'readInt32', {
      value: (address: bigint) => {
        reads++;
        return readInt32(address);
      },
    });
    const [first, ...others] = tasks.slice(1).map((each) => taskMemoryOf(kernel, each));
    expect(others.every((each) => each === first)).to.equal(true);
    expect(reads).to.equal(3 * 59);
  });

  it('is not proved where a thread with a part of it may be lost', () => {
    const made = new TaskKernel({
      mm_struct: {
        size: 96,
        members: { total_vm: [0, 8], rss_stat: [8, 8], 'mm_users.counter': [40, 4] },
      },
    });
    const mm = made.heap.take(96);
    made.heap.put(mm, 100n, 10n, 20n, 30n, 40n);
    const leader = made.task({ pid: 1, mm });
    made.number(made.heap.take(16) + 0x4000_0000n, 5);
    const residentWith = (users: number) => {
      made.int(mm + 40n, users);
      const kernel = made.kernel(2);
      return taskMemoryOf(kernel, taskAt(kernel, leader)).residentSizeInBytes;
    };
    expect(residentWith(1)).to.equal((10 + 20 + 40) * 4096);
    expect(residentWith(2)).to.equal(null);
  });

  it('adds the parts of each CPU, since Linux 6.2', () => {
    const made = new TaskKernel({
      mm_struct: { size: 160, members: { total_vm: [0, 8], rss_stat: [8, { array: 128 }] } },
      percpu_counter: { size: 32, members: { count: [0, 8], counters: [8, 'pointer'] } },
    });
    const mm = made.heap.take(160);
    const part = made.heap.take(8);
    made.int(part, -2);
    for (const index of [0n, 1n, 2n, 3n]) {
      made.heap.put(mm + 8n + index * 32n, 10n + index, part);
    }
    const task = made.task({ pid: 1, mm });
    const kernel = made.kernel();
    expect(taskMemoryOf(kernel, taskAt(kernel, task)).residentSizeInBytes).to.equal(
      (10 + 11 + 13 - 3 * 2) * 4096,
    );
  });

  it('is 0 for a task of the kernel, also while it uses the memory of a process', () => {
    const made = new TaskKernel();
    const task = made.task({ pid: 1, mm: 8n, isKernel: true });
    const kernel = made.kernel();
    expect(taskMemoryOf(kernel, taskAt(kernel, task))).to.deep.equal({
      virtualSizeInBytes: 0,
      residentSizeInBytes: 0,
    });
  });

  it('is not proved where it cannot be read', () => {
    const made = new TaskKernel();
    const task = made.task({ pid: 1, mm: 8n });
    const kernel = made.kernel();
    expect(taskMemoryOf(kernel, taskAt(kernel, task))).to.deep.equal({
      virtualSizeInBytes: null,
      residentSizeInBytes: null,
    });
  });
});

describe('credentialsOf', () => {
  it('reads ids and capabilities', () => {
    const made = new TaskKernel();
    const task = made.task({ pid: 1, uid: 1000 });
    const kernel = made.kernel();
    const place = taskAt(kernel, task).values.credentials ?? expect.fail('none');
    made.heap.put(place + 40n, 0x1ff_ffff_ffffn);
    const found = credentialsOf(kernel, place);
    expect(found).to.include({ uid: 1000, gid: 0, euid: 0 });
    expect(found?.capabilities).to.include({ effective: 0x1ff_ffff_ffffn, ambient: null });
    expect(found?.doubts).to.deep.equal([]);
    expect(credentialsOf(kernel, 8n)).to.equal(null);
  });

  it('doubts an effective group or user that is not the one for files', () => {
    // One flipped bit gave a task the effective group 524288.
    const made = new TaskKernel();
    const task = made.task({ pid: 1 });
    const kernel = made.kernel();
    const place = taskAt(kernel, task).values.credentials ?? expect.fail('none');
    made.int(place + 8n + 4n * 4n, 268435456);
    made.int(place + 8n + 5n * 4n, 524288);
    expect(credentialsOf(kernel, place)?.doubts).to.deep.equal([
      'its effective user is 268435456, and 0 for files: by setfsuid, or by damage',
      'its effective group is 524288, and 0 for files: by setfsgid, or by damage',
    ]);
  });

  it('doubts a user whose processes it does not count among, and more capabilities', () => {
    const made = new TaskKernel({
      cred: {
        size: 80,
        members: Object.fromEntries([
          ...['uid', 'gid', 'suid', 'sgid', 'euid', 'egid', 'fsuid', 'fsgid'].map(
            (name, index) => [name, [8 + index * 4, 4]] as const,
          ),
          ['cap_effective', [40, 8]] as const,
          ['cap_permitted', [48, 8]] as const,
          ['user', [56, 'pointer']] as const,
        ]),
      },
      user_struct: { size: 8, members: { uid: [0, 4] } },
    });
    const task = made.task({ pid: 1, uid: 1000 });
    const kernel = made.kernel();
    const place = taskAt(kernel, task).values.credentials ?? expect.fail('none');
    const user = made.heap.take(8);
    made.int(user, 33);
    made.heap.put(place + 40n, 3n, 1n, user);
    expect(credentialsOf(kernel, place)?.doubts).to.deep.equal([
      'its user is 1000, and it counts among the processes of user 33',
      'its effective capabilities are more than it may have',
    ]);
  });
});

describe('schedulingOf', () => {
  it('reads times, priorities and switches', () => {
    const made = new TaskKernel();
    const task = made.task({ pid: 1 });
    made.heap.put(task + at.startTime, 5_000_000_000n, 7n, 8n);
    for (const [index, value] of [98, 125, 1, 1].entries()) {
      made.int(task + at.priority + BigInt(index * 4), value);
    }
    made.heap.put(task + at.switches, 30n, 4n);
    expect(schedulingOf(made.kernel(), task)).to.deep.equal({
      startTime: 5_000_000_000,
      userTime: 7,
      systemTime: 8,
      priority: 98,
      nice: 5,
      realTimePriority: 1,
      policy: 'fifo',
      voluntarySwitches: 30,
      involuntarySwitches: 4,
      minorFaults: null,
      majorFaults: null,
    });
  });

  it('has nothing but null of a task that is lost', () => {
    expect(Object.values(schedulingOf(new TaskKernel().kernel(), 8n))).to.satisfy(
      (values: readonly unknown[]) => values.every((value) => value === null),
    );
  });
});

describe('threadCountOf', () => {
  it('is what the process counts', () => {
    const made = new TaskKernel({
      signal_struct: {
        size: 24,
        members: { thread_head: [0, { array: 16 }], nr_threads: [16, 4] },
      },
    });
    const signal = made.heap.take(24);
    made.int(signal + 16n, 3);
    const kernel = made.kernel();
    expect([threadCountOf(kernel, signal), threadCountOf(kernel, 8n)]).to.deep.equal([3, null]);
  });

  it('is unknown where no list of threads begins', () => {
    // A pointer of which a bit had changed led to 526142672 threads.
    const made = new TaskKernel({
      signal_struct: {
        size: 24,
        members: {
          thread_head: [0, { array: 16 }],
          'thread_head.next': [0, 'pointer'],
          nr_threads: [16, 4],
        },
      },
    });
    const signal = made.heap.take(24);
    made.heap.put(signal, signal, signal);
    made.int(signal + 16n, 3);
    expect(threadCountOf(made.kernel(), signal)).to.equal(3);
    made.heap.put(signal, signal + 0x100n);
    expect(threadCountOf(made.kernel(), signal)).to.equal(null);
  });
});

describe('fullNameOf', () => {
  const structs = {
    kthread: { size: 16, members: { full_name: [0, 'pointer'], data: [8, 'pointer'] } },
    worker: {
      size: 64,
      members: {
        current_work: [0, 'pointer'],
        pool: [8, 'pointer'],
        rescue_wq: [16, 'pointer'],
        desc: [24, { array: 24 }],
      },
    },
    workqueue_struct: { size: 24, members: { name: [0, { array: 24 }] } },
  } as const;

  function named(
    comm: string,
    build: (made: TaskKernel, kthread: bigint, task: bigint) => void,
  ): string | null {
    const made = new TaskKernel(structs);
    const task = made.task({ pid: 2, comm, isKernel: true });
    const kthread = made.heap.take(16);
    made.heap.put(task + at.kthread, kthread);
    build(made, kthread, task);
    const kernel = made.kernel();
    return fullNameOf(kernel, taskAt(kernel, task));
  }

  function text(made: TaskKernel, value: string): bigint {
    const place = made.heap.take(32);
    made.heap.bytes(place, new TextEncoder().encode(value));
    return place;
  }

  it('is the name that a thread was made with', () => {
    const name = named('rcu_tasks_trace', (made, kthread) => {
      made.heap.put(kthread, text(made, 'rcu_tasks_trace_kthread'));
    });
    expect(name).to.equal('rcu_tasks_trace_kthread');
  });

  it('is comm where there is no other, or one that does not fit', () => {
    expect(named('kthreadd', () => undefined)).to.equal('kthreadd');
    expect(
      named('kthreadd', (made, kthread) => made.heap.put(kthread, text(made, 'other'))),
    ).to.equal('kthreadd');
  });

  for (const [work, sign] of [
    [8n, '+'],
    [0n, '-'],
  ] as const) {
    it(`of a worker ends with ${sign} and its work`, () => {
      const name = named('kworker/0:1', (made, kthread, task) => {
        made.int(task + at.flags, 0x200020);
        const worker = text(made, '');
        made.heap.take(32);
        made.heap.put(kthread, 0n, worker);
        made.heap.put(worker, work, 8n, 0n);
        made.heap.bytes(worker + 24n, new TextEncoder().encode('events'));
      });
      expect(name).to.equal(`kworker/0:1${sign}events`);
    });
  }

  it('is not the short one where what may change it is lost', () => {
    const lost = 0xffff_ffff_0000_0000n;
    expect(
      named('rcu_tasks_trace', (made, kthread) => made.heap.put(kthread, lost)),
      'the name',
    ).to.equal(null);
    expect(
      named('rcu_tasks_trace', (made, _, task) => made.heap.put(task + at.kthread, lost)),
      'the thread',
    ).to.equal(null);
    const worker = named('kworker/0:1', (made, kthread, task) => {
      made.int(task + at.flags, 0x200020);
      made.heap.put(kthread, 0n, lost);
    });
    expect(worker, 'the worker').to.equal(null);
  });

  it('is not the short one where a lost part of the types may have a longer one', () => {
    const { kthread, ...others } = structs;
    const made = new TaskKernel({
      ...others,
      kthread: { size: 16, members: { data: kthread.members.data } },
    });
    const task = made.task({ pid: 2, comm: 'rcu_tasks_trace', isKernel: true });
    made.heap.put(task + at.kthread, made.heap.take(16));
    const whole = made.kernel();
    expect(fullNameOf(whole, taskAt(whole, task))).to.equal('rcu_tasks_trace');
    const torn = { ...whole, types: { ...whole.types, isPartial: true } };
    expect(fullNameOf(torn, taskAt(whole, task))).to.equal(null);
  });

  it('of a rescuer is that of its queue', () => {
    const name = named('kworker/R-netns', (made, kthread, task) => {
      made.int(task + at.flags, 0x200020);
      const worker = made.heap.take(64);
      made.heap.put(kthread, 0n, worker);
      made.heap.put(worker, 0n, 0n, text(made, 'netns_of_all'));
    });
    expect(name).to.equal('kworker/R-netns_of_all');
  });
});

describe('namespacesOf', () => {
  it('reads the numbers, and the pid in each namespace', () => {
    const made = new TaskKernel({
      nsproxy: { size: 16, members: { net_ns: [0, 'pointer'], uts_ns: [8, 'pointer'] } },
      net: { size: 8, members: { 'ns.inum': [4, 4] } },
      pid_namespace: { size: 32, members: { idr: [0, { array: 24 }], 'ns.inum': [28, 4] } },
      pid: { size: 64, members: { tasks: [0, { array: 32 }], level: [36, 4], numbers: [40, 8] } },
      upid: { size: 16, members: { nr: [0, 4], ns: [8, 'pointer'] } },
    });
    const { heap } = made;
    const task = made.task({ pid: 40 });
    const [proxy, net, inner, pid] = [
      heap.take(16),
      heap.take(8),
      heap.take(32),
      heap.take(80),
    ] as const;
    heap.put(task + at.nsproxy, proxy, pid);
    heap.put(proxy, net, 8n);
    made.int(net + 4n, 7);
    made.int(inner + 28n, 9);
    made.int(pid + 36n, 1);
    heap.put(pid + 40n, 40n, 0n, 1n, inner);
    expect(namespacesOf(made.kernel(), task)).to.deep.equal({
      numbers: { net: 7, pid: 9 },
      pids: [40, 1],
    });
    made.int(pid + 36n, 0x7fff_ffff);
    expect(namespacesOf(made.kernel(), task).pids.length).to.be.lessThan(40);
  });
});

describe('argumentsOf', () => {
  const user = 0x7ffc_0000_0000n;

  /** A process with pages at `user`, and these texts there. */
  function process(
    argumentsText: string,
    environmentText: string,
    pages: number = 1,
  ): { kernel: Kernel; mm: bigint } {
    const made = new TaskKernel({
      mm_struct: {
        size: 64,
        members: {
          pgd: [0, 'pointer'],
          arg_start: [8, 'pointer'],
          arg_end: [16, 'pointer'],
          env_start: [24, 'pointer'],
          env_end: [32, 'pointer'],
        },
      },
    });
    const { heap } = made;
    const mm = heap.take(64);
    const root = heap.take(0x1000, 0x1000);
    const tables = heap.take(0x8000, 0x1000);
    const page = heap.take(0x2000, 0x1000);
    new PageTableBuilder(heap.memory, {
      levels: 4,
      root: Number(root - start),
      tablesFrom: Number(tables - start),
    }).map({
      virtualAddress: user,
      physicalAddress: Number(page - start),
      lengthInBytes: pages * 0x1000,
      isUser: true,
    });
    const bytes = new TextEncoder().encode(argumentsText + environmentText);
    heap.bytes(page, bytes);
    const between = user + BigInt(argumentsText.length);
    heap.put(mm, root, user, between, between, user + BigInt(bytes.length));
    const levels = { ...heap.kernel.memory.root, levels: 4 };
    const memoryThrough = (through: TranslationRoot) =>
      new TranslatedMemory(heap.memory, mmu ?? expect.fail('no mmu'), through);
    return { kernel: made.kernel(0, { root: levels, memoryThrough }), mm };
  }

  it("reads the process's own memory", () => {
    const { kernel, mm } = process('sh\0-c\0\0x\0', 'A=1\0B=2\0');
    expect(argumentsOf(kernel, mm)).to.deep.equal({
      commandLine: { texts: ['sh', '-c', '', 'x'], because: null },
      environment: { texts: ['A=1', 'B=2'], because: null },
    });
  });

  it('reads a command line that the process wrote over, into the environment', () => {
    const { kernel, mm } = process('sshd: lis', 'tening\0B=2\0');
    expect(argumentsOf(kernel, mm).commandLine).to.deep.equal({
      texts: ['sshd: listening'],
      because: null,
    });
  });

  it('says how much is not in the dump', () => {
    const { kernel, mm } = process(`sh\0${'x'.repeat(0x1000)}\0`, 'A=1\0');
    const { commandLine, environment } = argumentsOf(kernel, mm);
    expect(commandLine?.texts[0]).to.equal('sh');
    expect(commandLine?.texts[1]).to.match(/^x+…$/);
    expect(commandLine?.texts).to.have.length(2);
    expect(commandLine?.because).to.match(/^4 of 4100 bytes are not in the dump/);
    expect(environment).to.deep.include({ texts: [] });
  });

  it('is not proved without page tables', () => {
    const { kernel } = process('sh\0', '');
    expect(argumentsOf(kernel, 8n)).to.deep.equal({ commandLine: null, environment: null });
  });
});
