import { ppc64 } from '@vmcorekit/architectures';
import type { StackTrace } from '@vmcorekit/core';
import { registersOfTask, stackOfTask } from '@vmcorekit/linux';
import { expect } from 'chai';
import { BackChainKernel, type Contents } from '../back-chain-kernel.ts';
import { bothStacks } from '../debugger.ts';

const machine = new BackChainKernel({
  architecture: ppc64,
  byteOrder: 'little',
  textStart: 0xc000_0000_0000_0000n,
  heapStart: 0xc000_0000_0100_0000n,
  functions: [
    ...['head', '__switch_to', 'sleep', 'entry', 'handler', 'leaf'],
    ...['ret_from_fork', 'start_kernel_thread', 'return_to_handler'],
  ],
  structs: {
    thread_struct: ['u64 ksp'],
    paca_struct: ['void *emergency_sp', 'void *nmi_emergency_sp', 'void *mc_emergency_sp'],
    ftrace_ret_stack: ['u64 ret', 'u64 retp'],
  },
  taskMembers: ['struct thread_struct thread', 'void *ret_stack', 'u32 curr_ret_stack'],
  unwinder: 'ppc64-back-chain',
});
const { task } = machine;
const { code, onStack, onIrqStack, free } = {
  code: machine.code.bind(machine),
  onStack: machine.onStack.bind(machine),
  onIrqStack: machine.onIrqStack.bind(machine),
  free: machine.free.bind(machine),
};

const problemState = 1n << 14n;
const markers = {
  'of 6.1': { marker: 0x7265_6773_6865_7265n, markerAt: 96n, registersAt: 112n },
  'of 7.2': { marker: 0x5347_4552n, markerAt: 32n, registersAt: 48n },
} as const;
type Form = keyof typeof markers;
const userStack = 0x7fff_0000n;
/** The frame of entry code, with a program's registers. */
const first = 512;
const savedStackPointerAt = task + 16n;

/** A frame: its back chain, and the return address of what its function called. */
function frame(at: bigint, chain: bigint, returnAddress: bigint): Record<string, bigint> {
  return { [String(at)]: chain, [String(at + 16n)]: returnAddress };
}

/** What entry code adds to its frame. */
function entryFrame(
  at: bigint,
  { r1 = 0n, nip = 0n, msr = 0n, lr = 0n },
  form: Form = 'of 7.2',
): Record<string, bigint> {
  const { marker, markerAt, registersAt } = markers[form];
  const word = (index: number) => String(at + registersAt + BigInt(8 * index));
  return {
    [String(at + markerAt)]: marker,
    [word(1)]: r1,
    [word(32)]: nip,
    [word(33)]: msr,
    [word(36)]: lr,
  };
}

/** A task that sleeps: `sleep` called by `entry`, by a program. */
function sleeping(form: Form = 'of 7.2'): Record<string, bigint> {
  const [saved, switching, asleep, entered] = [
    onStack(first + 1536),
    onStack(first + 1024),
    onStack(first + 512),
    onStack(first),
  ];
  return {
    [String(savedStackPointerAt)]: saved,
    // The frame of `_switch` holds what an older call left.
    ...frame(saved, switching, code('leaf', 8)),
    ...frame(switching, asleep, code('__switch_to', 8)),
    ...frame(asleep, entered, code('sleep', 8)),
    ...frame(entered, userStack, code('entry', 8)),
    ...entryFrame(entered, { r1: userStack, nip: 0x1000_0000n, msr: problemState }, form),
  };
}

function shown({ frames }: StackTrace): string[] {
  return frames.map(({ kind, symbol, offset, stack, isGuess }) =>
    [kind, symbol, offset, stack, ...(isGuess ? ['guess'] : [])].join(' '),
  );
}

function traceOf(contents: Contents): StackTrace {
  return stackOfTask(machine.kernel(contents), task);
}

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

function instructions(at: bigint, ...codes: readonly number[]): Record<string, number[]> {
  return {
    [String(at)]: codes.flatMap((each) => [0, 8, 16, 24].map((shift) => (each >>> shift) & 0xff)),
  };
}

/** `bl target` before a return address. */
function callBefore(returnAddress: bigint, target: bigint): Record<string, number[]> {
  const distance = Number(BigInt.asUintN(26, target - (returnAddress - 4n)));
  return instructions(returnAddress - 4n, (0x4800_0001 | distance) >>> 0);
}

describe('the back chain of ppc64', () => {
  for (const form of ['of 6.1', 'of 7.2'] as const) {
    it(`begins with r14 to r31 in the frame of _switch ${form}, by its return address`, () => {
      const at = onStack(first + 1536) + markers[form].registersAt;
      const kept = Array.from({ length: 18 }, (_, index) => BigInt(14 + index));
      const saved = kept.map((value) => [String(at + 8n * value), value]);
      const words = { ...sleeping(form), ...Object.fromEntries(saved) };
      const links: readonly (readonly [string, bigint])[] = [
        ['nip', code('__switch_to', 8)],
        ['r1', onStack(first + 1024)],
      ];
      const registersIn = (contents: Contents['words'] & object) =>
        registersOfTask(machine.kernel({ words: contents }), task).registers;
      expect(registersIn(words)).to.deep.equal(new Map(links));
      const proof = { [String(at + 8n * 32n)]: code('__switch_to', 8) };
      expect(registersIn({ ...words, ...proof })).to.deep.equal(
        new Map([...links, ...kept.map((value) => [`r${value}`, value] as const)]),
      );
    });
  }

  for (const form of ['of 6.1', 'of 7.2'] as const) {
    it(`leads from a sleeping task to its program, by the marker ${form}`, () => {
      const trace = traceOf({ words: sleeping(form) });
      expect(shown(trace)).to.deep.equal([
        'return __switch_to 8 task',
        'return sleep 8 task',
        'return entry 8 task',
        'user   ',
      ]);
      expect(trace.end).to.deep.include({ reason: 'user-mode', isComplete: true });
      expect(trace.by).to.equal('back-chain');
    });
  }

  it('ends with the first function of a thread of the kernel', () => {
    const outermost = onStack(32);
    const words = {
      ...sleeping(),
      ...frame(onStack(first + 512), outermost, code('sleep', 8)),
      ...frame(outermost, 0n, code('start_kernel_thread', 8)),
    };
    const trace = traceOf({ words });
    expect(shown(trace).at(-1)).to.equal('return start_kernel_thread 8 task');
    expect(trace.end).to.deep.include({ reason: 'end-of-stack', isComplete: true });
  });

  it('says that a task has never run', () => {
    const at = onStack(first);
    const words = {
      [String(savedStackPointerAt)]: at,
      ...entryFrame(at, { nip: code('ret_from_fork') }),
    };
    expect(traceOf({ words }).end).to.deep.include({ reason: 'never-ran' });
  });

  it('goes through an interrupt on its own stack to the code that it stopped', () => {
    const entered = onStack(first + 4096);
    const words = {
      ...sleeping(),
      [String(free(0))]: onIrqStack(0x4000),
      ...frame(onIrqStack(128), onIrqStack(64), 0n),
      ...frame(onIrqStack(64), entered, code('handler', 16)),
      ...frame(entered, onStack(first + 1024), code('entry', 32)),
      ...entryFrame(entered, { r1: onStack(first + 1024), nip: code('__switch_to', 100) }),
    };
    const trace = running(
      { msr: 0n, nip: code('handler', 4), r1: onIrqStack(128), lr: code('handler', 2) },
      { words, symbols: { hardirq_ctx: free(0), after_contexts: free(16) } },
      0,
    );
    expect(shown(trace)).to.deep.equal([
      'running handler 4 irq',
      'return handler 16 irq',
      'return entry 32 task',
      'interrupted __switch_to 100 task',
      'return sleep 8 task',
      'return entry 8 task',
      'user   ',
    ]);
    expect(trace.end.isComplete).to.equal(true);
  });

  it('takes no registers of a marker that an older frame left', () => {
    const words = {
      ...sleeping(),
      ...entryFrame(onStack(first + 1024), { r1: onStack(64), nip: code('leaf', 4) }),
    };
    expect(shown(traceOf({ words }))).to.deep.equal(shown(traceOf({ words: sleeping() })));
  });

  it('takes the caller of a leaf from the link register, proved by the call before it', () => {
    const registers = {
      msr: 0n,
      nip: code('leaf', 12),
      r1: onStack(first + 1024),
      lr: code('__switch_to', 64),
    };
    const words = sleeping();
    const by = (target: bigint) =>
      shown(running(registers, { words, bytes: callBefore(registers.lr, target) })).slice(0, 3);
    // The second entry lies after two instructions.
    for (const entry of [code('leaf'), code('leaf', 8)]) {
      expect(by(entry)).to.deep.equal([
        'running leaf 12 task',
        'return __switch_to 64 task',
        'return sleep 8 task',
      ]);
    }
    expect(by(code('handler'))[1]).to.equal('return __switch_to 64 task guess');
    // No call is there: the register holds something else.
    expect(shown(running(registers, { words }))[1]).to.equal('return sleep 8 task');
  });

  it('takes the caller of a function that has left its frame from the frame below', () => {
    const registers = {
      msr: 0n,
      nip: code('leaf', 40),
      r1: onStack(first + 1024),
      lr: code('leaf', 20),
    };
    const returnAddress = code('__switch_to', 8);
    const words = sleeping();
    const call = callBefore(returnAddress, code('leaf'));
    // ld r0,16(r1); mtlr r0; blr
    const left = instructions(registers.nip, 0xe801_0010, 0x7c08_03a6, 0x4e80_0020);
    expect(shown(running(registers, { words, bytes: { ...call, ...left } }))[1]).to.equal(
      'return __switch_to 8 task',
    );
    // addi r1,r1,64 comes first.
    const leaving = instructions(registers.nip, 0x3821_0040, 0x7c08_03a6, 0x4e80_0020);
    expect(shown(running(registers, { words, bytes: { ...call, ...leaving } }))[1]).to.equal(
      'return sleep 8 task',
    );
  });

  it('finds what the graph tracer replaced, and says where', () => {
    const records = free(0x100);
    const asleep = onStack(first + 512);
    const words = {
      ...sleeping(),
      ...frame(asleep, onStack(first), code('return_to_handler')),
      [String(task + 24n)]: records,
      [String(task + 32n)]: 2n,
      [String(records)]: code('sleep', 8),
      [String(records + 8n)]: asleep + 16n,
    };
    const trace = traceOf({ words });
    expect(shown(trace)[1]).to.equal('return sleep 8 task');
    expect(trace.frames[1]?.note).to.match(/function_graph/);
  });

  it('stops where the chain breaks a rule', () => {
    const broken = (chain: bigint): string => {
      const words = { ...sleeping(), [String(onStack(first + 1024))]: chain };
      const { end } = traceOf({ words });
      return end.isComplete ? 'complete' : end.reason;
    };
    expect(broken(onStack(first + 1536))).to.not.equal('complete');
    expect(broken(onStack(first + 512) + 8n)).to.equal('broken');
    expect(broken(0x1230_0000n)).to.equal('lost');
  });

  it('says nothing of what entry code interrupted', () => {
    const { frames, end } = running(
      { msr: 0n, nip: code('leaf', 8), r1: onStack(first + 1024), lr: 0n },
      {
        words: sleeping(),
        symbols: { __start_interrupts: code('leaf'), __end_interrupts: code('leaf', 16) },
      },
    );
    expect(frames).to.have.length(1);
    expect(end).to.deep.include({ reason: 'broken', isComplete: false });
  });

  it('shows no kernel frames of a CPU that runs a program', () => {
    const { end } = running({ msr: problemState, nip: 0x1000_0000n, r1: userStack }, {});
    expect(end).to.deep.include({ reason: 'not-in-kernel', isComplete: true });
  });
});

describe('the rules to leave functions of ppc64', () => {
  for (const form of ['of 6.1', 'of 7.2'] as const) {
    it(`lead a debugger to the program as the back chain does (${form})`, () => {
      const kernel = machine.kernel({ words: sleeping(form) });
      const registers = { programCounter: 'nip', stackPointer: 'r1' };
      const { seen, unwound } = bothStacks(kernel, registers, task);
      expect(unwound).to.include(0x1000_0000n).and.to.have.lengthOf(4);
      expect(seen).to.deep.equal(unwound);
    });
  }
});
