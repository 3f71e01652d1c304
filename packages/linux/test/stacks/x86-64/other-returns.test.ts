import type { StackTrace } from '@vmcorekit/core';
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

/** `inner` returns to `outer`, the outermost function. */
const base: OrcKernelFields = {
  functions: {
    inner: 0x100,
    outer: 0x200,
    arch_rethook_trampoline: 0x300,
    return_to_handler: 0x400,
    bare: 0x500,
    end: 0x600,
  },
  rules: [
    { at: 0x100, kind: 'call', sp: 'rsp', spOffset: 16 },
    { at: 0x200, kind: 'end' },
    { at: 0x300, kind: 'call', sp: 'rsp', spOffset: 8 },
    { at: 0x500, kind: 'undefined' },
    { at: 0x600, kind: 'call', sp: 'rsp', spOffset: 8 },
  ],
};
const slot = onStack(0x200 - 8);
const node = task + 0x100n;
const otherNode = task + 0x200n;

function trace(fields: OrcKernelFields, at: number = 0x110): StackTrace {
  const { kernel } = orcKernel(fields);
  const reader = unwinderNamed('orc').open(kernel);
  if (typeof reader === 'string') {
    throw new Error(reader);
  }
  const registers = kernelRegisters({ rip: code(at), rsp: onStack(0x200), rbp: 0n });
  return reader.trace({ registers, isExact: true, task, cpu: null });
}

const names = ({ frames }: StackTrace) => frames.map(({ symbol }) => symbol);

describe('return addresses that are not in the stack', () => {
  const probed: OrcKernelFields = {
    ...base,
    stack: { [0x200 - 8]: code(0x300) },
    structs: {
      task_struct: { size: 64, members: { stack: 0, pid: 8, rethooks: 16 } },
      rethook_node: { size: 48, members: { llist: 0, ret_addr: 8, frame: 16 } },
    },
  };

  it('are taken from the kretprobe that has the slot', () => {
    const result = trace({
      ...probed,
      words: {
        [String(task + 16n)]: node,
        [String(node)]: otherNode,
        [String(node + 8n)]: code(0x110),
        [String(node + 16n)]: slot + 64n,
        [String(otherNode + 8n)]: code(0x210),
        [String(otherNode + 16n)]: slot,
      },
    });
    expect(names(result)).to.deep.equal(['inner', 'outer']);
    expect(result.frames[1]?.note).to.match(/kretprobe/);
    expect(result.end.reason).to.equal('end-of-stack');
  });

  it('are not guessed where no kretprobe has the slot', () => {
    const result = trace({ ...probed, words: { [String(task + 16n)]: 0n } });
    expect(names(result)).to.deep.equal(['inner']);
    expect(result.end).to.include({ reason: 'broken', isComplete: false });
  });

  it('end where the probes of a task form a circle', () => {
    const words = { [String(task + 16n)]: node, [String(node)]: node };
    expect(trace({ ...probed, words }).end.reason).to.equal('broken');
  });

  it('are taken from the newest record of the graph tracer', () => {
    const records = task + 0x100n;
    const graph = (used: bigint) =>
      trace({
        ...base,
        stack: { [0x200 - 8]: code(0x400) },
        structs: {
          task_struct: {
            size: 64,
            members: { stack: 0, pid: 8, ret_stack: 16, curr_ret_stack: 24 },
          },
          ftrace_ret_stack: { size: 32, members: { ret: 0, func: 8, retp: 24 } },
        },
        words: {
          [String(task + 16n)]: records,
          [String(task + 24n)]: used,
          [String(records)]: code(0x110),
          [String(records + 24n)]: slot,
          [String(records + 32n)]: code(0x210),
          [String(records + 56n)]: slot,
          // A function left it that has returned.
          [String(records + 64n)]: code(0x110),
          [String(records + 88n)]: slot,
        },
      });
    expect(names(graph(8n))).to.deep.equal(['inner', 'outer']);
    expect(graph(8n).frames[1]?.note).to.match(/function_graph/);
    expect(graph(0n).end.reason).to.equal('broken');
  });
});

describe('a function without unwind rules', () => {
  // At 0x20b: call bare, whose return address is 0x210.
  const calling = { 523: [0xe8, 0xf0, 0x02, 0x00, 0x00] };

  it('is left by the return address that only its call can have left', () => {
    const stack = {
      // An address of the code that follows no call of it.
      [0x200 - 8]: code(0x208),
      [0x200 - 16]: code(0x210),
    };
    const result = trace({ ...base, stack, instructions: calling }, 0x510);
    expect(names(result)).to.deep.equal(['bare', 'outer']);
    expect(result.frames[1]).to.include({ note: 'found by its call of bare' });
    expect(result.frames[1]?.stackPointer).to.equal(onStack(0x200 - 24));
    expect(result.end.reason).to.equal('end-of-stack');
  });

  it('is not left without one', () => {
    const result = trace({ ...base, instructions: calling }, 0x510);
    expect(names(result)).to.deep.equal(['bare']);
    expect(result.end).to.include({ reason: 'unknown-code', isComplete: false });
  });

  it('is not searched for where the function has rules elsewhere', () => {
    const rules = [...base.rules, { at: 0x540, kind: 'call', sp: 'rsp', spOffset: 8 } as const];
    const stack = { [0x200 - 16]: code(0x210) };
    const result = trace({ ...base, rules, stack, instructions: calling }, 0x510);
    expect(result.end.reason).to.equal('unknown-code');
  });
});

describe('BPF code', () => {
  const program = task + 0x1000n;
  const ksym = task + 0x100n;
  const head = task + 0x3000n;
  const fields: OrcKernelFields = {
    ...base,
    symbols: { bpf_kallsyms: head },
    structs: {
      bpf_ksym: { size: 64, members: { start: 0, end: 8, name: 16, lnode: 32 } },
    },
    words: {
      [String(head)]: ksym + 32n,
      [String(head + 8n)]: ksym + 32n,
      [String(ksym)]: program,
      [String(ksym + 8n)]: program + 0x100n,
      [String(ksym + 16n)]: 0x70n,
      [String(ksym + 32n)]: head,
      [String(ksym + 40n)]: head,
      // nopl 0(%rax,%rax,1); push %rbp; mov %rsp,%rbp.
      [String(program)]: 0x89_48_55_00_00_44_1f_0fn,
      [String(program + 8n)]: 0xe5n,
    },
  };

  for (const [where, distance, place] of [
    ['before it saved the frame pointer', 5n, 0x200],
    ['before it loaded its own', 6n, 0x200 - 8],
    ['later', 0x40n, 0x100 - 8],
  ] as const) {
    it(`is left by its frame pointer, interrupted ${where}`, () => {
      const { kernel } = orcKernel({
        ...fields,
        stack: { [place]: code(0x210) },
      });
      const reader = unwinderNamed('orc').open(kernel);
      const registers = kernelRegisters({
        rip: program + distance,
        rsp: onStack(0x200),
        rbp: onStack(0x100),
      });
      const result =
        typeof reader === 'string'
          ? undefined
          : reader.trace({ registers, isExact: true, task, cpu: null });
      expect(result?.frames.map(({ symbol }) => symbol)).to.deep.equal(['p', 'outer']);
      expect(result?.frames[0]).to.include({ offset: Number(distance), sizeInBytes: 0x100 });
      expect(result?.end.reason).to.equal('end-of-stack');
    });
  }
});
