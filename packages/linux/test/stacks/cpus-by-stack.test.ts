import { ppc64 } from '@vmcorekit/architectures';
import type { Kernel, KernelCpu, StackTrace, Task, TypeTable } from '@vmcorekit/core';
import { stackOfTask } from '@vmcorekit/linux';
import { expect } from 'chai';
import { BackChainKernel } from './back-chain-kernel.ts';

const machineWith = (state: 'u32 __state' | 'u64 state') =>
  new BackChainKernel({
    architecture: ppc64,
    byteOrder: 'little',
    textStart: 0xc000_0000_0000_0000n,
    heapStart: 0xc000_0000_0100_0000n,
    functions: ['head', '__switch_to', 'sleep', 'running'],
    structs: { thread_struct: ['u64 ksp'] },
    taskMembers: ['struct thread_struct thread', state],
    unwinder: 'ppc64-back-chain',
  });
const machine = machineWith('u32 __state');
const { task } = machine;
const savedStackPointerAt = task + 16n;
const stateAt = task + 24n;
const sleeps = 1n;
const stackMark = 0x57ac_6e9dn;
/** The start of a stack of no listed task. */
const otherStack = 0xc000_0000_0105_0000n;
const oldStack =
  'not every CPU shows which task it runs: if it runs this one, the stack is an older one';

/** Frames from a distance before the end of the stack on: three, the last without a link. */
function frames(from: number, ...returnsTo: readonly bigint[]): Record<string, bigint> {
  const words = returnsTo.map((address, index) => {
    const at = machine.onStack(from - index * 0x40);
    const next = index === returnsTo.length - 1 ? 0n : machine.onStack(from - (index + 1) * 0x40);
    return { [String(at)]: next, [String(at + 16n)]: address };
  });
  return Object.assign({}, ...words);
}

/** A kernel that does not say which task runs: no `on_cpu`, and no variables. */
function traceWith(
  state: bigint,
  cpus: readonly Readonly<Record<string, bigint>>[],
  from: BackChainKernel = machine,
): StackTrace {
  const kernel = from.kernel({
    words: {
      [String(savedStackPointerAt)]: machine.onStack(0x200),
      [String(stateAt)]: state,
      [String(otherStack)]: stackMark,
      ...frames(0x200, 0n, machine.code('__switch_to', 8), machine.code('sleep', 8)),
      ...frames(0x800, 0n, machine.code('running', 16)),
    },
  });
  const types: TypeTable = {
    ...kernel.types,
    struct(name) {
      const struct = kernel.types.struct(name);
      return name === 'thread_union'
        ? { name, from: 'BTF', sizeInBytes: 0x4000, member: () => undefined }
        : name === 'task_struct' && struct !== undefined
          ? { ...struct, member: (path) => (path === 'on_cpu' ? undefined : struct.member(path)) }
          : struct;
    },
  };
  const changed: Kernel = {
    ...kernel,
    types,
    cpus: cpus.map((registers, index) => cpuOf(index, registers)),
    tasks: () => [{ address: task, onCpu: null, cpu: null } as unknown as Task],
  };
  return stackOfTask({ ...changed, stacks: kernel.stacks }, task);
}

function cpuOf(index: number, registers: Readonly<Record<string, bigint>>): KernelCpu {
  const values = new Map(Object.entries(registers));
  return { index, number: null, pid: 0, from: ['prstatus'], registers: values };
}

const namesOf = ({ frames: found }: StackTrace) => found.map(({ symbol }) => symbol);

describe('the stack of a task where nothing says which tasks run', () => {
  const onTask = { nip: machine.code('running', 4), r1: machine.onStack(0x800) };
  const onOther = { nip: machine.code('running', 4), r1: otherStack + 0x3000n };
  const onNone = { nip: machine.code('running', 4), r1: otherStack + 0x9000n };
  const inProgram = { nip: 0x1000_0000n, r1: 0x7fff_0000n, msr: 1n << 14n };

  it('is that of the CPU whose stack pointer lies on it', () => {
    for (const state of [0n, sleeps]) {
      const trace = traceWith(state, [onOther, onTask]);
      expect(namesOf(trace)[0]).to.equal('running');
      expect(trace.remarks).to.deep.equal([]);
    }
  });

  it('is where it was switched out, if no CPU can run it', () => {
    for (const cpus of [[onOther], [inProgram, onOther]]) {
      const trace = traceWith(sleeps, cpus);
      expect(namesOf(trace)).to.deep.equal(['__switch_to', 'sleep']);
      expect(trace.remarks).to.deep.equal([]);
    }
  });

  it('is read where a state has 8 bytes, as before Linux 5.14', () => {
    // The state is read with the stack: a width that was not expected left all stacks out.
    const trace = traceWith(sleeps, [onOther], machineWith('u64 state'));
    expect(namesOf(trace)).to.deep.equal(['__switch_to', 'sleep']);
  });

  it('is in doubt where a CPU is on no known stack, or there is no CPU', () => {
    for (const cpus of [[], [onOther, onNone]]) {
      const trace = traceWith(sleeps, cpus);
      expect(namesOf(trace)).to.deep.equal(['__switch_to', 'sleep']);
      expect(trace.remarks).to.deep.equal([oldStack]);
    }
  });

  it('is not known of a task that says it runs, on no CPU that is known', () => {
    const trace = traceWith(0n, [onOther, inProgram]);
    expect(trace.frames).to.deep.equal([]);
    expect(trace.end.detail).to.equal('the task may run, and no CPU is known to run it');
  });
});
