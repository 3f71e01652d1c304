import { s390x } from '@vmcorekit/architectures';
import type { StackTrace } from '@vmcorekit/core';
import { registersOfTask, stackOfTask } from '@vmcorekit/linux';
import { expect } from 'chai';
import { BackChainKernel, type Contents, stackSizeInBytes } from '../back-chain-kernel.ts';
import { bothStacks } from '../debugger.ts';

const machine = new BackChainKernel({
  architecture: s390x,
  byteOrder: 'big',
  textStart: 0x3ff_f000_0000n,
  heapStart: 0x3ff_f100_0000n,
  functions: [
    ...['head', 'sleep', 'outer', 'entry', 'handler', 'leaf'],
    ...['ret_from_fork', 'return_to_handler', 'io_int_handler'],
  ],
  structs: {
    stack_frame: ['u64 empty[9]', 'u64 gprs[10]', 'u64 back_chain'],
    psw: ['u64 mask', 'u64 addr'],
    pt_regs: ['u64 args[1]', 'struct psw psw', 'u64 gprs[16]', 'u64 more[6]'],
    lowcore: [
      ...['u64 async_stack', 'u64 nodat_stack', 'u64 mcck_stack', 'u64 restart_stack'],
      'struct psw io_old_psw',
    ],
    thread_struct: ['u32 acrs[16]', 'u64 ksp'],
    ftrace_ret_stack: ['u64 ret', 'u64 retp'],
  },
  taskMembers: ['struct thread_struct thread', 'void *ret_stack', 'u32 curr_ret_stack'],
  unwinder: 's390x-back-chain',
});
const { task } = machine;
const { code, onStack, onIrqStack, free } = {
  code: machine.code.bind(machine),
  onStack: machine.onStack.bind(machine),
  onIrqStack: machine.onIrqStack.bind(machine),
  free: machine.free.bind(machine),
};

const frameSize = 160;
const ptRegsSize = 200;
const userMask = 1n << 48n;
/** Where the first frame of a stack lies. */
const first = frameSize + ptRegsSize;
const savedStackPointerAt = task + 16n + 64n;

/** A frame: the return address of what its function called, and its caller's frame. */
function frame(at: bigint, returnAddress: bigint, chain: bigint): Record<string, bigint> {
  return { [String(at + 136n)]: returnAddress, [String(at + 152n)]: chain };
}

/** A `pt_regs`. */
function ptRegs(at: bigint, { mask = 0n, addr = 0n, r14 = 0n, r15 = 0n }): Record<string, bigint> {
  return {
    [String(at + 8n)]: mask,
    [String(at + 16n)]: addr,
    [String(at + 24n + 14n * 8n)]: r14,
    [String(at + 24n + 15n * 8n)]: r15,
  };
}

const program = ptRegs(onStack(ptRegsSize), { mask: userMask, addr: 0x10_0000n, r15: 0x7000n });

/** A task that sleeps: `sleep` called by `outer`, by `entry`, by a program. */
const sleeping: Record<string, bigint> = {
  [String(savedStackPointerAt)]: onStack(first + 320),
  ...frame(onStack(first + 320), code('sleep', 8), onStack(first + 160)),
  ...frame(onStack(first + 160), code('outer', 8), onStack(first)),
  ...frame(onStack(first), code('entry', 8), 0n),
  ...program,
};

function shown({ frames }: StackTrace): string[] {
  return frames.map(({ kind, symbol, offset, stack, isGuess }) =>
    [kind, symbol, offset, stack, ...(isGuess ? ['guess'] : [])].join(' '),
  );
}

function traceOf(contents: Contents): StackTrace {
  return stackOfTask(machine.kernel(contents), task);
}

/** What a CPU that runs the task has on its stacks. */
function running(
  registers: Readonly<Record<string, bigint>>,
  contents: Contents,
  cpu: number | null = null,
): StackTrace {
  return machine.kernel(contents).stacks.trace({
    registers: new Map(Object.entries(registers)),
    isExact: true,
    task,
    cpu,
  });
}

/** `brasl %r14,target` before a return address. */
function callBefore(returnAddress: bigint, target: bigint): Record<string, number[]> {
  const distance = Number(target - (returnAddress - 6n)) / 2;
  const word = [24, 16, 8, 0].map((shift) => (distance >> shift) & 0xff);
  return { [String(returnAddress - 6n)]: [0xc0, 0xe5, ...word] };
}

describe('the back chain of s390x', () => {
  it('begins with r6 to r15 of a sleeping task, of which r14 says where it goes on', () => {
    const at = onStack(first + 320);
    const kept = Array.from({ length: 8 }, (_, index) => [`r${6 + index}`, BigInt(index)] as const);
    const saved = kept.map(([, value], index) => [String(at + BigInt(72 + 8 * index)), value]);
    const kernel = machine.kernel({ words: { ...sleeping, ...Object.fromEntries(saved) } });
    expect(registersOfTask(kernel, task)).to.deep.equal({
      cpu: null,
      remarks: [],
      registers: new Map([
        ['psw_addr', code('sleep', 8)],
        ...kept,
        ['r14', code('sleep', 8)],
        ['r15', at],
      ]),
    });
  });

  it('leads from a sleeping task to its program', () => {
    const trace = traceOf({ words: sleeping });
    expect(shown(trace)).to.deep.equal([
      'return sleep 8 task',
      'return outer 8 task',
      'return entry 8 task',
      'user   ',
    ]);
    expect(trace.end).to.deep.include({ reason: 'user-mode', isComplete: true });
    expect(trace.by).to.equal('back-chain');
  });

  it("knows the stack's mark in the byte order of the machine", () => {
    expect(traceOf({ words: sleeping }).remarks).to.deep.equal([]);
    const overflowed = { ...sleeping, [String(onStack(stackSizeInBytes))]: 0x57ac_6e9d_0000_0000n };
    expect(traceOf({ words: overflowed }).remarks.join()).to.match(/has overflowed/);
  });

  it('ends with the first function of a thread of the kernel', () => {
    const { end, frames } = traceOf({
      words: { ...sleeping, ...ptRegs(onStack(ptRegsSize), {}) },
    });
    expect(end).to.deep.include({ reason: 'end-of-stack', isComplete: true });
    expect(frames).to.have.length(3);
  });

  it('says that a task has never run', () => {
    const at = onStack(first);
    const words = {
      [String(savedStackPointerAt)]: at,
      ...frame(at, code('ret_from_fork'), 0n),
    };
    expect(traceOf({ words }).end).to.deep.include({ reason: 'never-ran' });
  });

  it('goes through an interrupt on its own stack to the code that it stopped', () => {
    const irqTop = onIrqStack(first);
    const words = {
      ...sleeping,
      // The lowcore of CPU 0, and its stack for interrupts.
      [String(free(0))]: free(8),
      [String(free(8))]: irqTop,
      ...frame(onIrqStack(first + 160), code('handler', 8), irqTop),
      ...frame(irqTop, code('entry', 16), onStack(first + 800)),
      // Entry code saved the registers of `sleep` on the task's stack.
      ...frame(onStack(first + 800), code('entry', 32), 0n),
      ...ptRegs(onStack(first + 800 - frameSize), {
        addr: code('sleep', 100),
        r14: code('sleep', 50),
        r15: onStack(first + 320),
      }),
    };
    const trace = running(
      { psw_mask: 0n, psw_addr: code('handler', 4), r15: onIrqStack(first + 160), r14: 0n },
      { words, symbols: { lowcore_ptr: free(0), after_lowcores: free(8) } },
      0,
    );
    expect(shown(trace)).to.deep.equal([
      'running handler 4 irq',
      'return entry 16 irq',
      'return entry 32 task',
      'interrupted sleep 100 task',
      'return outer 8 task',
      'return entry 8 task',
      'user   ',
    ]);
    expect(trace.end.isComplete).to.equal(true);
  });

  it('takes the caller of a leaf from register 14, proved by the call before it', () => {
    const registers = {
      psw_mask: 0n,
      psw_addr: code('leaf', 4),
      r14: code('sleep', 8),
      r15: onStack(first + 320),
    };
    const proved = running(registers, {
      words: sleeping,
      bytes: callBefore(code('sleep', 8), code('leaf')),
    });
    expect(shown(proved).slice(0, 3)).to.deep.equal([
      'running leaf 4 task',
      'return sleep 8 task',
      'return outer 8 task',
    ]);
    const guessed = running(registers, {
      words: sleeping,
      bytes: callBefore(code('sleep', 8), code('handler')),
    });
    expect(shown(guessed)[1]).to.equal('return sleep 8 task guess');
    // No call is there: the register holds something else.
    expect(shown(running(registers, { words: sleeping }))[1]).to.equal('return outer 8 task');
  });

  it('takes the back chain from the register that is about to store it', () => {
    const words = { ...sleeping, [String(onStack(first + 480) + 152n)]: onStack(64) };
    const trace = running(
      {
        psw_mask: 0n,
        psw_addr: code('leaf', 4),
        r1: onStack(first + 320),
        r14: onStack(first + 320),
        r15: onStack(first + 480),
      },
      // stg %r1,152(%r15)
      { words, bytes: { [String(code('leaf', 4))]: [0xe3, 0x10, 0xf0, 0x98, 0x00, 0x24] } },
    );
    expect(shown(trace).slice(0, 3)).to.deep.equal([
      'running leaf 4 task',
      'return sleep 8 task',
      'return outer 8 task',
    ]);
  });

  it('finds what the graph tracer replaced, and says where', () => {
    const records = free(0x100);
    const slot = onStack(first + 160);
    const words = {
      ...sleeping,
      ...frame(slot, code('return_to_handler'), onStack(first)),
      [String(task + 88n)]: records,
      [String(task + 96n)]: 2n << 32n,
      [String(records)]: code('outer', 8),
      [String(records + 8n)]: slot,
    };
    const trace = traceOf({ words });
    expect(shown(trace)[1]).to.equal('return outer 8 task');
    expect(trace.frames[1]?.note).to.match(/function_graph/);
  });

  it('stops where the chain breaks a rule', () => {
    const broken = (chain: bigint): string => {
      const words = { ...sleeping, [String(onStack(first + 320) + 152n)]: chain };
      const { end } = traceOf({ words });
      return end.isComplete ? 'complete' : end.reason;
    };
    expect(broken(onStack(first + 480))).to.not.equal('complete');
    expect(broken(onStack(first + 160) + 1n)).to.equal('broken');
    expect(broken(0x1234_0000n)).to.equal('lost');
  });

  it('takes what an interrupt has just stopped from the lowcore', () => {
    const words = {
      ...sleeping,
      [String(free(0))]: free(8),
      [String(free(8 + 40))]: code('sleep', 100),
    };
    const registers = { psw_mask: 0n, r14: code('sleep', 50), r15: onStack(first + 320) };
    const symbols = { lowcore_ptr: free(0), after_lowcores: free(8) };
    const at = (offset: number) =>
      running({ ...registers, psw_addr: code('io_int_handler', offset) }, { words, symbols }, 0);
    expect(shown(at(0))).to.deep.equal([
      'running io_int_handler 0 task',
      'interrupted sleep 100 task',
      'return outer 8 task',
      'return entry 8 task',
      'user   ',
    ]);
    // Later instructions may have changed the registers.
    expect(at(6).end).to.deep.include({ reason: 'broken', isComplete: false });
  });

  it('says nothing of what entry code interrupted', () => {
    const { frames, end } = running(
      { psw_mask: 0n, psw_addr: code('io_int_handler'), r14: 0n, r15: onStack(first + 320) },
      { words: sleeping },
    );
    expect(frames).to.have.length(1);
    expect(end).to.deep.include({ reason: 'broken', isComplete: false });
  });

  it('shows no kernel frames of a CPU that runs a program', () => {
    const { end } = running({ psw_mask: userMask, psw_addr: 0x10_0000n, r15: 0x7000n }, {});
    expect(end).to.deep.include({ reason: 'not-in-kernel', isComplete: true });
  });
});

describe('the rules to leave functions of s390x', () => {
  it('lead a debugger to the program as the back chain does', () => {
    const kernel = machine.kernel({ words: sleeping });
    const registers = { programCounter: 'psw_addr', stackPointer: 'r15' };
    const { seen, unwound } = bothStacks(kernel, registers, task);
    expect(unwound).to.include(0x10_0000n).and.to.have.lengthOf(4);
    expect(seen).to.deep.equal(unwound);
  });
});
