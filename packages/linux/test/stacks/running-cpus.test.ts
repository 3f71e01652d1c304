import type { KernelCpu } from '@vmcorekit/core';
import { btfTypes, runningCpusOf, stackOfCpu, stackOfTask } from '@vmcorekit/linux';
import { structsBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { addressOf, base, kernelWith, words } from '../system/kernel-with.ts';

const stackSizeInBytes = 0x4000n;
const tasks = [base + 0x40000n, base + 0x41000n] as const;
const stacks = [base + 0x50000n, base + 0x60000n] as const;
const pids = [7n, 9n] as const;

function cpu(index: number, fields: Partial<KernelCpu> = {}): KernelCpu {
  return { index, number: null, pid: null, from: ['prstatus'], registers: new Map(), ...fields };
}

const at = (rsp: bigint) => new Map([['cs', 0x10n] as const, ['rsp', rsp] as const]);
const inUserMode = new Map([['cs', 0x33n] as const]);

/** Two CPUs, each with a task that has a stack. */
function kernelOf(cpus: readonly KernelCpu[]) {
  return kernelWith(
    {
      nr_cpu_ids: words(2n),
      __cpu_possible_mask: words(3n),
      __per_cpu_offset: words(0n, 8n),
      current_task: words(...tasks),
      init_stack: words(0n),
    },
    {
      cpus,
      types: btfTypes(
        structsBtf({ task_struct: { size: 32, members: { stack: 0, pid: 8, on_cpu: 16 } } }),
        { from: 'BTF', wordSizeInBits: 64 },
      ),
      at: Object.fromEntries(
        tasks.map((task, index) => [
          String(task),
          words(stacks[index] ?? 0n, pids[index] ?? 0n, 1n),
        ]),
      ),
    },
  );
}

/** `kernelWith` gives each variable a page; the size of a stack is that of two symbols. */
function withStackSize(cpus: readonly KernelCpu[]) {
  const kernel = kernelOf(cpus);
  const end = addressOf(4) + stackSizeInBytes;
  const { symbols } = kernel;
  return {
    ...kernel,
    symbols: Object.assign({}, symbols, {
      find: (name: string, module?: string) =>
        name === '__end_init_stack'
          ? { name, address: end, type: 'D', sizeInBytes: null, module: null }
          : symbols.find(name, module),
    }),
  };
}

const numbersOf = (cpus: readonly KernelCpu[]) =>
  runningCpusOf(withStackSize(cpus)).map((each) => [each.number, each.cpu?.index ?? null]);

describe('runningCpusOf', () => {
  it('believes per-CPU data first', () => {
    expect(numbersOf([cpu(0, { number: 1 }), cpu(1, { number: 0 })])).to.deep.equal([
      [0, 1],
      [1, 0],
    ]);
  });

  it('has the task that each CPU runs', () => {
    expect(runningCpusOf(withStackSize([])).map(({ task }) => task)).to.deep.equal([...tasks]);
  });

  it('finds a CPU by the stack that its stack pointer is on', () => {
    const one = cpu(0, { pid: 9, registers: at(stacks[1] + 0x100n) });
    const other = cpu(1, { pid: 7, registers: at(stacks[0] + 0x100n) });
    expect(numbersOf([one, other])).to.deep.equal([
      [0, 1],
      [1, 0],
    ]);
  });

  it('finds a CPU without a process ID, as hypervisors save it, by its stack pointer', () => {
    const one = cpu(0, { from: ['format'], registers: at(stacks[1] + 0x100n) });
    const other = cpu(1, { from: ['format'], registers: at(stacks[0] + 0x100n) });
    expect(numbersOf([one, other])).to.deep.equal([
      [0, 1],
      [1, 0],
    ]);
  });

  it('does not believe a stack pointer that the process ID contradicts', () => {
    const one = cpu(0, { pid: 7, registers: at(stacks[1] + 0x100n) });
    expect(numbersOf([one])).to.deep.equal([
      [0, 0],
      [1, null],
    ]);
  });

  it('finds a CPU in user mode by the process ID', () => {
    const one = cpu(0, { pid: 9, registers: inUserMode });
    expect(numbersOf([one])).to.deep.equal([
      [0, null],
      [1, 0],
    ]);
  });

  it('does not take the numbers that QEMU counts for process IDs', () => {
    const one = cpu(0, { pid: 9, from: ['prstatus', 'qemu'], registers: inUserMode });
    expect(numbersOf([one])).to.deep.equal([
      [0, null],
      [1, null],
    ]);
  });

  it('does not take 0 for each CPU for process IDs, where a task runs that is not idle', () => {
    const zeros = [0, 1].map((index) =>
      cpu(index, { pid: 0, registers: at((stacks[index] ?? 0n) + 0x100n) }),
    );
    expect(numbersOf(zeros)).to.deep.equal([
      [0, 0],
      [1, 1],
    ]);
  });

  it('does not believe process IDs of which one is of no running task', () => {
    const one = cpu(0, { pid: 9, registers: inUserMode });
    expect(numbersOf([one, cpu(1, { pid: 4, registers: inUserMode })])).to.deep.equal([
      [0, null],
      [1, null],
    ]);
  });
});

describe('the stack of a CPU', () => {
  it('says that no registers are known', () => {
    const { frames, end } = stackOfCpu(withStackSize([]), 1);
    expect(frames).to.deep.equal([]);
    expect(end).to.include({ reason: 'lost', isComplete: false });
    expect(stackOfCpu(withStackSize([]), 5).end.detail).to.match(/no CPU 5/);
  });

  it('is that of the task that runs on it', () => {
    expect(stackOfTask(withStackSize([]), tasks[1]).end.detail).to.match(/CPU 1/);
  });
});
