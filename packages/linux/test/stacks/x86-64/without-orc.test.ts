import type { Kernel, StackTrace, Task } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { buildBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  code,
  kernelRegisters,
  type OrcKernelFields,
  onStack,
  orcKernel,
  task,
  unwinderNamed,
} from '../orc-kernel.ts';

const member = (name: string, type: number, offset: number) => ({
  name,
  type,
  offsetInBits: 8 * offset,
});
const types = btfTypes(
  buildBtf({
    types: [
      { kind: 'INT', name: 'unsigned long', size: 8 },
      { kind: 'STRUCT', name: 'thread_struct', size: 8, members: [member('sp', 1, 0)] },
      {
        kind: 'STRUCT',
        name: 'task_struct',
        size: 64,
        members: [member('stack', 1, 0), member('pid', 1, 8), member('thread', 2, 16)],
      },
      {
        kind: 'STRUCT',
        name: 'inactive_task_frame',
        size: 24,
        members: [member('bx', 1, 0), member('bp', 1, 8), member('ret_addr', 1, 16)],
      },
    ],
  }),
  { from: 'BTF', wordSizeInBits: 64 },
);
/** Where `pt_regs` end the stack, as the kernel marks it in a frame pointer. */
const registers = onStack(168) + 1n;
const push = [0x55, 0x48, 0x89, 0xe5];
const calls: OrcKernelFields = {
  functions: { schedule: 0x100, middle: 0x200, outer: 0x300, leaf: 0x400 },
  rules: [],
  instructions: {
    256: push,
    512: push,
    768: push,
    // call schedule; call middle; call leaf through rax.
    523: [0xe8, 0xf0, 0xfe, 0xff, 0xff],
    779: [0xe8, 0xf0, 0xfe, 0xff, 0xff],
    798: [0xff, 0xd0],
  },
  stack: {
    // inactive_task_frame: its frame pointer and return address.
    [0x300 - 8]: onStack(0x200),
    [0x300 - 16]: code(0x110),
    512: onStack(0x180),
    [0x200 - 8]: code(0x210),
    384: registers,
    [0x180 - 8]: code(0x310),
    // pt_regs: rip, cs, rsp.
    [168 - 128]: 0x401000n,
    [168 - 136]: 0x33n,
    [168 - 152]: 0x7fff0000n,
  },
  words: { [String(task + 16n)]: onStack(0x300) },
};

const sleeping: Task = {
  address: task,
  pid: 1,
  tgid: 1,
  ppid: 0,
  comm: 'sleeper',
  state: 'S',
  cpu: 0,
  onCpu: false,
  kernelThread: false,
  seenBy: [],
  doubts: [],
  stack: () => {
    throw new Error('not asked for');
  },
};

function kernelWithTasks(fields: OrcKernelFields): Kernel {
  const { kernel } = orcKernel(fields);
  return { ...kernel, types, tasks: () => [sleeping, sleeping, sleeping] };
}

function trace(name: string, fields: OrcKernelFields, at: number, rsp: bigint): StackTrace {
  const reader = unwinderNamed(name).open(kernelWithTasks(fields));
  if (typeof reader === 'string') {
    throw new Error(reader);
  }
  const start = kernelRegisters({ rip: code(at), rsp, rbp: onStack(0x200) });
  return reader.trace({ registers: start, isExact: true, task, cpu: null });
}

const names = ({ frames }: StackTrace) => frames.map(({ symbol }) => symbol);

describe('the unwinder frame-pointers', () => {
  it('follows the chain to user mode', () => {
    const result = trace('frame-pointers', calls, 0x140, onStack(0x2f0));
    expect(names(result)).to.deep.equal(['schedule', 'middle', 'outer', null]);
    expect(result.end).to.deep.equal({ reason: 'user-mode', isComplete: true, detail: null });
    expect(result.by).to.equal('frame-pointers');
  });

  for (const [where, at, distance] of [
    ['before it pushed the frame pointer', 0x100, 0x280],
    ['before it loaded its own', 0x101, 0x288],
  ] as const) {
    it(`finds the caller of a function interrupted ${where}`, () => {
      const stack = { ...calls.stack, 640: code(0x210), 648: onStack(0x200) };
      const result = trace('frame-pointers', { ...calls, stack }, at, onStack(distance));
      expect(names(result).slice(0, 3)).to.deep.equal(['schedule', 'middle', 'middle']);
    });
  }

  it('says that a caller may be missing after a function without a frame', () => {
    const result = trace('frame-pointers', calls, 0x404, onStack(0x2f0));
    expect(names(result).slice(0, 2)).to.deep.equal(['leaf', 'middle']);
    expect(result.frames[1]?.note).to.match(/may be missing/);
  });

  // call outer.
  const direct = { 1291: [0xe8, 0xf0, 0xfd, 0xff, 0xff] };
  // The guest `frame-pointers` lost ret_from_fork, the last frame of each thread of the kernel.
  const retpoline = {
    1291: [0xe8, 0xea, 0xff, 0xff, 0xff],
    1274: [
      ...[0xe8, 0x07, 0x00, 0x00, 0x00, 0xf3, 0x90, 0x0f, 0xae, 0xe8, 0xeb, 0xf9],
      ...[0x48, 0x89, 0x1c, 0x24, 0xc3],
    ],
  };
  // Source: Linux, arch/x86/kernel/unwind_frame.c: a system call does not mark its registers.
  for (const [what, segment, end, last, code1291] of [
    ['a program', 0x33n, 'user-mode', null, direct],
    ['a thread of the kernel', 0n, 'end-of-stack', 'entry', direct],
    ['a thread that a retpoline called', 0n, 'end-of-stack', 'entry', retpoline],
  ] as const) {
    it(`follows the chain of ${what} to the frame just below its registers`, () => {
      const fields: OrcKernelFields = {
        ...calls,
        functions: { ...calls.functions, entry: 0x4f0 },
        instructions: { ...calls.instructions, ...code1291 },
        stack: {
          ...calls.stack,
          [168 - 136]: segment,
          512: onStack(0xd8),
          216: onStack(0xb8),
          [0xd8 - 8]: code(0x310),
          184: 0n,
          [0xb8 - 8]: code(0x510),
        },
      };
      const result = trace('frame-pointers', fields, 0x140, onStack(0x2f0));
      expect(names(result).slice(0, 4)).to.deep.equal(['schedule', 'middle', 'outer', 'entry']);
      expect(names(result).at(-1)).to.equal(last);
      expect(result.end).to.deep.equal({ reason: end, isComplete: true, detail: null });
    });
  }

  it('ends at the registers of a thread of the kernel', () => {
    const stack = { ...calls.stack, [168 - 136]: 0n };
    expect(trace('frame-pointers', { ...calls, stack }, 0x140, onStack(0x2f0)).end.reason).to.equal(
      'end-of-stack',
    );
  });

  it('refuses a kernel whose sleeping tasks have no whole chain', () => {
    const stack = { ...calls.stack, 384: 0x1234n };
    expect(unwinderNamed('frame-pointers').open(kernelWithTasks({ ...calls, stack }))).to.equal(
      'of 3 sleeping tasks, 0 have a whole chain of frame pointers',
    );
  });

  it('refuses a kernel without tasks and with few functions', () => {
    const { kernel } = orcKernel(calls);
    expect(unwinderNamed('frame-pointers').open(kernel)).to.match(
      /^of \d functions, \d make a frame/,
    );
  });

  for (const [made, does] of [
    [60, 'opens'],
    [20, 'refuses'],
  ] as const) {
    it(`${does} a kernel without tasks where ${made} of 100 functions make a frame`, () => {
      const functions = Object.fromEntries(
        Array.from({ length: 101 }, (_, index) => [`f${index}`, 0x1000 + 0x80 * index]),
      );
      const instructions = Object.fromEntries(
        Array.from({ length: made }, (_, index) => [0x1000 + 0x80 * index, push]),
      );
      const { kernel } = orcKernel({ ...calls, functions, instructions });
      const opened = unwinderNamed('frame-pointers').open(kernel);
      expect(typeof opened).to.equal(does === 'opens' ? 'object' : 'string');
    });
  }
});

describe('the unwinder return-addresses', () => {
  it('lists the words that follow a call, as guesses', () => {
    const stack = {
      ...calls.stack,
      // Code that follows no call, and a call through a register.
      496: code(0x208),
      488: code(0x320),
    };
    const result = trace('return-addresses', { ...calls, stack }, 0x140, onStack(0x210));
    expect(result.frames.map(({ symbol, isGuess }) => [symbol, isGuess])).to.deep.equal([
      ['schedule', false],
      ['middle', true],
      ['outer', true],
      ['outer', true],
    ]);
    expect(result.end.isComplete).to.equal(false);
  });

  it('needs symbols', () => {
    const { kernel } = orcKernel(calls);
    const symbols = Object.assign({}, kernel.symbols, { find: () => undefined });
    expect(unwinderNamed('return-addresses').open({ ...kernel, symbols })).to.match(/no symbols/);
  });
});
