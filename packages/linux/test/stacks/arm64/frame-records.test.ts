import type { StackTrace } from '@vmcorekit/core';
import { runningCpusOf, stackOfTask } from '@vmcorekit/linux';
import { expect } from 'chai';
import {
  type Arm64KernelFields,
  arm64Kernel,
  callAt,
  code,
  currentTaskAt,
  type Form,
  onIrqStack,
  onStack,
  programRegisters,
  ptRegs,
  readerOf,
  record,
  recordIn,
  savedContextAt,
  task,
  taskEnd,
} from './arm64-kernel.ts';

const kernelMode = 0x3c5n;
/** Where the chain of most tests begins. */
const top = onStack(0x800);

function trace(
  fields: Arm64KernelFields,
  registers: Readonly<Record<string, bigint>> = {},
  isExact = false,
): StackTrace {
  return readerOf(arm64Kernel(fields)).trace({
    registers: new Map(
      Object.entries({ pc: code('sleep', 8), sp: top, x29: top, pstate: kernelMode, ...registers }),
    ),
    isExact,
    task,
    cpu: 0,
  });
}

const names = ({ frames }: StackTrace) => frames.map(({ symbol }) => symbol);
const kinds = ({ frames }: StackTrace) => frames.map(({ kind }) => kind);

/** From the innermost frame to the final record, in which a program's registers are. */
function chain(form: Form = 'plain'): Record<string, bigint> {
  const registers = programRegisters(form);
  return {
    ...record(top, onStack(0x600), code('outer', 0x10)),
    ...record(onStack(0x600), recordIn(registers, form), code('entry', 0x50)),
    ...ptRegs(registers, { pc: 0x4000n, sp: 0x7ff0n }),
    ...(form === 'typed' ? { [String(recordIn(registers, form) + 16n)]: 1n } : {}),
  };
}

describe('stacks of arm64', () => {
  for (const form of ['plain', 'typed'] as const) {
    it(`lead by frame records to the program (${form})`, () => {
      const result = trace({ form, words: chain(form) });
      expect(names(result)).to.deep.equal(['sleep', 'outer', 'entry', null]);
      expect(kinds(result)).to.deep.equal(['return', 'return', 'return', 'user']);
      expect(result.frames[3]).to.include({ address: 0x4000n, stackPointer: 0x7ff0n });
      expect(result.end).to.deep.include({ reason: 'user-mode', isComplete: true });
      expect(result.by).to.equal('frame-records');
    });
  }

  it('of threads of the kernel have no program', () => {
    const registers = programRegisters();
    const words = {
      ...record(top, recordIn(registers), code('ret_from_fork', 0x10)),
      ...ptRegs(registers, { pstate: 5n }),
    };
    const result = trace({ words });
    expect(names(result)).to.deep.equal(['sleep', 'ret_from_fork']);
    expect(result.end.reason).to.equal('end-of-stack');
  });

  it('begin in what the task saved when it was switched out', () => {
    const saved = (pc: bigint) => {
      const kernel = arm64Kernel({
        words: {
          ...chain(),
          [String(savedContextAt)]: top,
          [String(savedContextAt + 8n)]: onStack(0x820),
          [String(savedContextAt + 16n)]: pc,
        },
      });
      return stackOfTask({ ...kernel, stacks: readerOf(kernel) }, task);
    };
    const result = saved(code('sleep', 8));
    expect(names(result)).to.deep.equal(['sleep', 'outer', 'entry', null]);
    expect(result.frames[0]).to.include({ kind: 'return', stackPointer: onStack(0x820) });
    expect(saved(code('ret_from_fork')).end.reason).to.equal('never-ran');
  });

  it('have no signature in their return addresses', () => {
    const signed = (address: bigint) => (address & 0xffff_ffff_ffffn) | 0x0a80_0000_0000_0000n;
    const words = { ...chain(), ...record(top, onStack(0x600), signed(code('outer', 0x10))) };
    const vmcoreinfo = 'NUMBER(KERNELPACMASK)=0xff7f000000000000\n';
    expect(names(trace({ words, vmcoreinfo }))[1]).to.equal('outer');
    expect(trace({ words }).end.reason).to.equal('unknown-code');
  });

  it('end where a return address is no code', () => {
    const result = trace({ words: { ...chain(), ...record(top, onStack(0x600), top) } });
    expect(names(result)).to.deep.equal(['sleep']);
    expect(result.end).to.include({ reason: 'unknown-code', isComplete: false });
  });

  for (const [what, next] of [
    ['itself', top],
    ['a lower place', onStack(0x900)],
    ['memory outside of the stack', task],
    ['no multiple of a word', onStack(0x601)],
  ] as const) {
    it(`end where a frame record leads to ${what}`, () => {
      const words = { ...chain(), ...record(top, next, code('outer', 0x10)) };
      expect(trace({ words }).end).to.include({ reason: 'broken', isComplete: false });
    });
  }

  it('end at the memory that is lost', () => {
    const result = trace({}, { x29: 0xffff_8000_8fff_0000n, sp: 0xffff_8000_8fff_0000n });
    expect(result.end).to.include({ reason: 'lost', isComplete: false });
  });
});

describe('an arm64 CPU', () => {
  it('in user mode has no frames of the kernel', () => {
    const result = trace({}, { pstate: 0n, pc: 0x4000n, sp: 0x7ff0n }, true);
    expect(kinds(result)).to.deep.equal(['user']);
    expect(result.end.reason).to.equal('not-in-kernel');
  });

  it('that enters the kernel has an empty stack, and a program frame pointer', () => {
    const result = trace({ words: chain() }, { sp: onStack(0), x29: top, pc: code('entry') }, true);
    expect(result.frames).to.have.length(1);
    expect(result.end).to.include({ reason: 'not-in-kernel', isComplete: true });
  });

  it('in entry code is not unwound by a frame pointer that may be a program one', () => {
    const result = trace({ words: chain() }, { x29: onStack(0x600), pc: code('entry', 8) }, true);
    expect(result.frames).to.have.length(1);
    expect(result.end).to.include({ reason: 'broken', isComplete: false });
  });

  it('is the one whose task has the stack, whatever the number in its note', () => {
    const numbersOf = (...addresses: readonly bigint[]) =>
      runningCpusOf(
        arm64Kernel({
          words: { [String(currentTaskAt)]: task },
          cpus: addresses.map((pc, index) => ({
            ...{ index, number: null, pid: index + 1, from: ['prstatus'] },
            registers: new Map(Object.entries({ pc, sp: top, pstate: kernelMode })),
          })),
        }),
      ).map(({ cpu }) => cpu?.index ?? null);
    expect(numbersOf(code('sleep'))).to.deep.equal([0]);
    // Another kernel of the dump has a stack at the same address.
    expect(numbersOf(0xffff_8000_9000_0000n, code('sleep'))).to.deep.equal([1]);
    expect(numbersOf(code('sleep'), code('sleep', 4))).to.deep.equal([null]);
  });

  it('in a leaf function has the caller that its link register proves', () => {
    const call = code('handler', 0x20);
    const fields = { words: chain(), instructions: callAt(call, code('leaf')) };
    const result = trace(fields, { pc: code('leaf', 4), x30: call + 4n }, true);
    expect(names(result)).to.deep.equal(['leaf', 'handler', 'outer', 'entry', null]);
    expect(result.frames[1]).to.include({ kind: 'return', isGuess: false, note: null });
  });

  it('has a guess where the link register follows a call of something else', () => {
    const call = code('handler', 0x20);
    const fields = { words: chain(), instructions: { [String(call)]: 0xd63f_0020 } };
    const result = trace(fields, { pc: code('leaf', 4), x30: call + 4n }, true);
    expect(names(result)).to.deep.equal(['leaf', 'handler', 'outer', 'entry', null]);
    expect(result.frames[1]).to.include({ isGuess: true });
  });

  for (const [what, link] of [
    ['is in its frame record', code('outer', 0x10)],
    ['points into the function, which has called others', code('leaf', 0x40)],
    ['follows no call', code('handler', 0x80)],
  ] as const) {
    it(`has no further caller where the link register ${what}`, () => {
      const instructions = {
        ...callAt(code('outer', 0xc), code('leaf')),
        ...callAt(code('leaf', 0x3c), code('leaf')),
      };
      const fields = { words: chain(), instructions };
      const result = trace(fields, { pc: code('leaf', 0x50), x30: link }, true);
      expect(names(result)).to.deep.equal(['leaf', 'outer', 'entry', null]);
    });
  }

  for (const form of ['plain', 'typed'] as const) {
    it(`on its interrupt stack leads to the code that was interrupted (${form})`, () => {
      const saved = onStack(0xa00);
      const call = code('handler', 0x20);
      const words = {
        ...chain(form),
        ...record(onIrqStack(0x100), onIrqStack(0x80), code('handler', 0x100)),
        ...record(onIrqStack(0x80), onStack(0xa80), code('call_on_irq_stack', 0x24)),
        ...record(onStack(0xa80), recordIn(saved, form), code('entry', 0x70)),
        ...record(
          recordIn(saved, form),
          form === 'plain' ? top : 0n,
          form === 'plain' ? code('leaf', 4) : 0n,
        ),
        ...ptRegs(saved, {
          ...{ x29: top, x30: call + 4n, sp: onStack(0x840), pc: code('leaf', 4) },
          pstate: kernelMode,
        }),
        ...(form === 'typed' ? { [String(recordIn(saved, form) + 16n)]: 2n } : {}),
      };
      const start = { pc: code('sleep', 8), sp: onIrqStack(0x120), x29: onIrqStack(0x100) };
      const fields = { form, words, instructions: callAt(call, code('leaf')) };
      const result = trace(fields, start, true);
      expect(names(result)).to.deep.equal([
        ...['sleep', 'handler', 'call_on_irq_stack', 'entry', 'leaf', 'handler', 'outer'],
        ...['entry', null],
      ]);
      expect(result.frames.map(({ stack }) => stack)).to.deep.equal([
        ...['irq', 'irq', 'task', 'task', 'task', 'task', 'task', 'task', null],
      ]);
      expect(result.frames[4]).to.include({ kind: 'interrupted', stackPointer: onStack(0x840) });
      expect(result.end.reason).to.equal('user-mode');
    });
  }

  it('has no frame after a record of a type that no kernel writes', () => {
    const words = {
      ...chain('typed'),
      [String(recordIn(programRegisters('typed'), 'typed') + 16n)]: 7n,
    };
    const { end } = trace({ form: 'typed', words });
    expect(end).to.include({ reason: 'broken', isComplete: false });
  });
});

describe('return addresses that tracers replaced on arm64', () => {
  const node = task + 0x200n;

  it('are those that a kretprobe keeps for the frame pointer of the caller', () => {
    const fields = {
      taskMembers: ['void *kretprobe_instances'],
      structs: { kretprobe_instance: ['void *llist', 'void *ret_addr', 'void *fp'] },
      words: {
        ...chain(),
        ...record(top, onStack(0x600), code('__kretprobe_trampoline')),
        [String(taskEnd)]: node,
        [String(node + 8n)]: code('outer', 0x10),
        [String(node + 16n)]: onStack(0x600),
      },
    };
    const result = trace(fields);
    expect(names(result)).to.deep.equal(['sleep', 'outer', 'entry', null]);
    expect(result.frames[1]?.note).to.match(/kretprobe/);
    expect(
      trace({ ...fields, words: { ...fields.words, [String(node + 16n)]: top } }).end,
    ).to.include({ reason: 'broken', isComplete: false });
  });

  it('are those that the graph tracer keeps for the frame pointer of the caller', () => {
    const result = trace({
      taskMembers: ['void *ret_stack', 'u32 curr_ret_stack'],
      structs: { ftrace_ret_stack: ['void *ret', 'void *func', 'void *fp', 'void *retp'] },
      words: {
        ...chain(),
        ...record(top, onStack(0x600), code('return_to_handler')),
        [String(taskEnd)]: node,
        [String(taskEnd + 8n)]: 4n,
        [String(node)]: code('outer', 0x10),
        [String(node + 24n)]: onStack(0x600),
      },
    });
    expect(names(result)).to.deep.equal(['sleep', 'outer', 'entry', null]);
    expect(result.frames[1]?.note).to.match(/function_graph/);
  });

  it('are found in the graph tracer of a big-endian kernel as well', () => {
    const result = trace({
      byteOrder: 'big',
      taskMembers: ['void *ret_stack', 'u32 curr_ret_stack'],
      structs: { ftrace_ret_stack: ['void *ret', 'void *func', 'void *fp', 'void *retp'] },
      words: {
        ...chain(),
        ...record(top, onStack(0x600), code('return_to_handler')),
        [String(taskEnd)]: node,
        [String(taskEnd + 8n)]: 4n << 32n,
        [String(node)]: code('outer', 0x10),
        [String(node + 24n)]: onStack(0x600),
      },
    });
    expect(names(result)).to.deep.equal(['sleep', 'outer', 'entry', null]);
  });
});
