import type { StackTrace, UnwindStart } from '@vmcorekit/core';
import { expect } from 'chai';
import {
  code,
  type Form,
  kernelRegisters,
  type Numbering,
  type OrcKernelFields,
  onStack,
  orcKernel,
  task,
  unwinderNamed,
} from '../orc-kernel.ts';

const forms: readonly (readonly [Form, Numbering])[] = [
  ['end', 'ax-last'],
  ['signal-end', 'ax-last'],
  ['signal', 'ax-last'],
  ['signal', 'ax-first'],
];

/** `outer` calls `middle` calls `inner`; `outer` is entered from user mode. */
const calls: OrcKernelFields = {
  functions: { inner: 0x100, middle: 0x200, outer: 0x300, trap: 0x400, last: 0x500 },
  rules: [
    { at: 0x100, kind: 'call', sp: 'rsp', spOffset: 24, bp: 'previous-sp', bpOffset: -16 },
    { at: 0x200, kind: 'call', sp: 'rbp', spOffset: 16, bp: 'rbp', bpOffset: 0 },
    { at: 0x300, kind: 'regs', sp: 'rsp', spOffset: 0, isSignal: true },
    { at: 0x400, kind: 'regs-partial', sp: 'rsp', spOffset: 0, isSignal: true },
    { at: 0x500, kind: 'end' },
  ],
};

function trace(fields: OrcKernelFields, start: Partial<UnwindStart> = {}): StackTrace {
  const { kernel } = orcKernel(fields);
  const reader = unwinderNamed('orc').open(kernel);
  if (typeof reader === 'string') {
    throw new Error(reader);
  }
  return reader.trace({
    registers: kernelRegisters({ rip: code(0x110), rsp: onStack(0x200), rbp: 0n }),
    isExact: true,
    task,
    cpu: null,
    ...start,
  });
}

const names = ({ frames }: StackTrace) => frames.map(({ symbol }) => symbol);

describe('the unwinder orc', () => {
  for (const [form, numbering] of forms) {
    it(`unwinds calls to user mode, entries '${form}', registers '${numbering}'`, () => {
      const result = trace({
        ...calls,
        form,
        numbering,
        stack: {
          // inner: 16 bytes of its own (the saved frame pointer in them), then the return address.
          [0x200 - 8]: onStack(0x100),
          [0x200 - 16]: code(0x210),
          // middle: found by its frame pointer.
          256: 0n,
          [0x100 - 8]: code(0x310),
          // outer: pt_regs.
          [0xf0 - 128]: 0x401000n,
          [0xf0 - 136]: 0x33n,
          [0xf0 - 152]: 0x7fff0000n,
        },
      });
      expect(names(result)).to.deep.equal(['inner', 'middle', 'outer', null]);
      expect(result.frames.map(({ kind }) => kind)).to.deep.equal([
        ...['running', 'return', 'return', 'user'],
      ]);
      expect(result.frames.map(({ stackPointer }) => stackPointer)).to.deep.equal([
        ...[onStack(0x200), onStack(0x1e8), onStack(0xf0), 0x7fff0000n],
      ]);
      expect(result.end).to.deep.equal({ reason: 'user-mode', isComplete: true, detail: null });
    });

    it(`ends at the outermost function, entries '${form}', registers '${numbering}'`, () => {
      const result = trace({
        ...calls,
        form,
        numbering,
        stack: { [0x200 - 16]: code(0x510) },
      });
      expect(names(result)).to.deep.equal(['inner', 'last']);
      expect(result.end.reason).to.equal('end-of-stack');
    });
  }

  it('looks a return address up by the call before it', () => {
    // The call is the last instruction of `inner`; `middle` begins at the return address.
    const result = trace(
      { ...calls, stack: { [0x200 - 16]: code(0x510) } },
      { registers: kernelRegisters({ rip: code(0x200), rsp: onStack(0x200) }), isExact: false },
    );
    expect(names(result)).to.deep.equal(['inner', 'last']);
    expect(result.frames[0]).to.include({ kind: 'return', offset: 0x100, sizeInBytes: 0x100 });
  });

  it('looks the instruction that an interrupt stopped up by itself', () => {
    const result = trace(
      {
        ...calls,
        stack: {
          // The hardware's frame: rip, cs, rflags, rsp, ss.
          512: code(0x500),
          [0x200 - 8]: 0x10n,
          [0x200 - 24]: onStack(0x80),
        },
      },
      { registers: kernelRegisters({ rip: code(0x410), rsp: onStack(0x200) }) },
    );
    expect(names(result)).to.deep.equal(['trap', 'last']);
    expect(result.frames[1]).to.include({ kind: 'interrupted', offset: 0 });
    expect(result.end.reason).to.equal('end-of-stack');
  });

  it('says that a CPU in user mode has no kernel frames', () => {
    const registers = kernelRegisters({ rip: 0x401000n, rsp: 0x7fff0000n, cs: 0x33n });
    const { frames, end } = trace(calls, { registers });
    expect(frames.map(({ kind }) => kind)).to.deep.equal(['user']);
    expect(end.reason).to.equal('not-in-kernel');
  });

  it('stops where the stack pointer does not rise', () => {
    // `middle` is entered with a frame pointer that leads back.
    const result = trace({
      ...calls,
      stack: { [0x200 - 8]: onStack(0x300), [0x200 - 16]: code(0x210), [0x300 - 8]: code(0x110) },
    });
    expect(names(result)).to.deep.equal(['inner', 'middle']);
    expect(result.end).to.include({ reason: 'broken', isComplete: false });
    expect(result.end.detail).to.match(/does not rise/);
  });

  it('stops where the stack pointer leaves every stack', () => {
    const result = trace({
      ...calls,
      stack: {
        [0x200 - 8]: onStack(-0x100),
        [0x200 - 16]: code(0x210),
        [-0x110]: code(0x310),
      },
    });
    expect(result.end.detail).to.match(/leaves every known stack/);
  });

  it('stops at an address that is no code', () => {
    const result = trace({ ...calls, stack: { [0x200 - 16]: 0x1234n } });
    expect(result.frames.map(({ isGuess }) => isGuess)).to.deep.equal([false, true]);
    expect(result.end).to.include({ reason: 'unknown-code', isComplete: false });
  });

  it('takes no zero out of a page of zeros for a return address', () => {
    // The frame `0x0` was shown, of a stack whose page was zeroed.
    const { kernel, memory } = orcKernel(calls);
    memory.write(4 * 0x100000 + 0x7000, new Uint8Array(0x1000));
    const reader = unwinderNamed('orc').open(kernel);
    const registers = kernelRegisters({ rip: code(0x110), rsp: onStack(0x200) });
    const result =
      typeof reader === 'string'
        ? undefined
        : reader.trace({ registers, isExact: true, task, cpu: null });
    expect(result?.frames).to.have.length(1);
    expect(result?.end).to.include({ reason: 'lost', isComplete: false });
  });

  it('finds the rule of an address whatever the lookup table hints at', () => {
    // A zeroed page of orc_lookup gave every address the first rule of the kernel.
    const { kernel, memory } = orcKernel({ ...calls, stack: { [0x200 - 16]: code(0x510) } });
    memory.write(3 * 0x100000, new Uint8Array(0x1000));
    const reader = unwinderNamed('orc').open(kernel);
    const registers = kernelRegisters({ rip: code(0x110), rsp: onStack(0x200) });
    const result =
      typeof reader === 'string'
        ? undefined
        : reader.trace({ registers, isExact: true, task, cpu: null });
    expect(result?.end.reason).to.equal('end-of-stack');
  });

  it('stops where the stack is lost', () => {
    const { kernel, memory } = orcKernel(calls);
    memory.exclude(4 * 0x100000 + 0x7000);
    const reader = unwinderNamed('orc').open(kernel);
    const registers = kernelRegisters({ rip: code(0x110), rsp: onStack(0x200) });
    const result =
      typeof reader === 'string'
        ? undefined
        : reader.trace({ registers, isExact: true, task, cpu: null });
    expect(result?.frames).to.have.length(1);
    expect(result?.end).to.include({ reason: 'lost', isComplete: false });
  });

  it('finds the same without the lookup table and without types', () => {
    const stack = { [0x200 - 16]: code(0x510) };
    for (const [form, numbering] of forms) {
      const fields = { ...calls, form, numbering, stack, hasLookup: false, hasTypes: false };
      expect(names(trace(fields, { task: null })), form).to.deep.equal(['inner', 'last']);
    }
  });

  it('believes the table where orc_header contradicts it, and says so', () => {
    const words: Record<string, bigint> = {};
    const header = BigInt('0xfe5d32bf581bd63b2ca9a5c65ba5a625eab3fe24');
    const bytes = Array.from({ length: 20 }, (_, index) =>
      Number((header >> BigInt(8 * (19 - index))) & 0xffn),
    );
    for (const [index, start] of [0, 8, 16].entries()) {
      const word = bytes
        .slice(start, start + 8)
        .reduce((sum, byte, place) => sum | (BigInt(byte) << BigInt(8 * place)), 0n);
      words[String(task + 0x100n + BigInt(8 * index))] = word;
    }
    const symbols = { orc_header: task + 0x100n };
    const stack = { [0x200 - 16]: code(0x510) };
    const fields = { ...calls, words, symbols, stack };
    expect(trace({ ...fields, numbering: 'ax-last' }).remarks).to.deep.equal([]);
    const contradicted = trace({ ...fields, numbering: 'ax-first' });
    expect(names(contradicted)).to.deep.equal(['inner', 'last']);
    expect(contradicted.remarks.join()).to.match(/another layout/);
  });

  it('refuses a table whose layout contradicts the types', () => {
    const { kernel } = orcKernel({ ...calls, form: 'signal' });
    const { kernel: older } = orcKernel({ ...calls, form: 'end' });
    const opened = unwinderNamed('orc').open({ ...kernel, types: older.types });
    expect(opened).to.match(/no known layout/);
  });
});
