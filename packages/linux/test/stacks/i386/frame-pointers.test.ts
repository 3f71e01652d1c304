import type { StackTrace } from '@vmcorekit/core';
import { stackOfTask } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { bothStacks } from '../debugger.ts';
import {
  callBefore,
  code,
  frame,
  i386Kernel,
  onStack,
  opened,
  programRegisters,
  ptRegs,
  task,
  trace,
  type Words,
} from './i386-kernel.ts';

const [userSegment, kernelSegment, fromKernel] = [0x73n, 0x60n, 0x2000_0060n];
const encoded = (address: bigint) => address & 0x7fff_ffffn;
const names = ({ frames }: StackTrace) => frames.map(({ symbol }) => symbol);
const asleep = { eip: code('sleep', 8), esp: onStack(0x810), ebp: onStack(0x800) };
/** `push %ebp; mov %esp,%ebp` */
const prologue = [0x55, 0x89, 0xe5];
const program = ptRegs(programRegisters, { eip: 0x8048000n, cs: userSegment, esp: 0xbf00_0000n });

/** From `sleep` to the registers of the program that called the kernel. */
const chain: Words = {
  ...frame(onStack(0x800), onStack(0x700), code('outer', 0x10)),
  ...frame(onStack(0x700), programRegisters - 8n, code('outer', 0x20)),
  // The program's own frame pointer.
  ...frame(programRegisters - 8n, 0xbf00_1000n, code('entry_INT80_32', 0x10)),
  ...program,
};
/** From there to the first function of a thread of the kernel. */
const ofThread: Words = {
  ...frame(onStack(0x800), programRegisters - 8n, code('kthread', 0x10)),
  ...frame(programRegisters - 8n, encoded(programRegisters), code('ret_from_fork', 0x10)),
};

describe('stacks of i386', () => {
  it('lead by frame pointers to the program', () => {
    const result = trace({ words: chain }, asleep);
    expect(names(result)).to.deep.equal(['sleep', 'outer', 'outer', 'entry_INT80_32', null]);
    expect(result.frames[4]).to.include({ address: 0x8048000n, stackPointer: 0xbf00_0000n });
    expect(result.end).to.deep.include({ reason: 'user-mode', isComplete: true });
  });

  it('of threads of the kernel end where the thread began', () => {
    const result = trace({ words: ofThread }, asleep);
    expect(names(result)).to.deep.equal(['sleep', 'kthread', 'ret_from_fork']);
    expect(result.end).to.deep.include({ reason: 'end-of-stack', isComplete: true });
  });

  it('of idle tasks end at the code that started their CPU', () => {
    const below = frame(onStack(0x800), 0x100_0000n, code('startup_32_smp', 0x10));
    expect(trace({ words: below }, asleep).end.isComplete).to.equal(false);
    const atTop = frame(programRegisters - 8n, 0x100_0000n, code('startup_32_smp', 0x10));
    const whole = trace({ words: atTop }, { ...asleep, ebp: programRegisters - 8n });
    expect(names(whole)).to.deep.equal(['sleep', 'startup_32_smp']);
    expect(whole.end).to.deep.include({ reason: 'end-of-stack', isComplete: true });
  });

  it('go through an interrupt by the registers that it saved', () => {
    const savedAt = onStack(0x780);
    const words: Words = {
      ...frame(onStack(0x800), encoded(savedAt), code('asm_common_interrupt', 0x10)),
      ...frame(savedAt - 8n, encoded(savedAt), code('asm_common_interrupt', 0x10)),
      ...ptRegs(savedAt, {
        eip: code('outer', 0x15),
        cs: fromKernel,
        ebp: onStack(0x700),
        esp: onStack(0x720),
      }),
      ...frame(onStack(0x700), programRegisters - 8n, code('outer', 0x20)),
      ...frame(programRegisters - 8n, 0n, code('entry_INT80_32', 0x10)),
      ...program,
    };
    const result = trace(
      { words, instructions: { [String(code('outer'))]: prologue } },
      { ...asleep, ebp: savedAt - 8n },
    );
    expect(names(result)).to.deep.equal([
      ...['sleep', 'asm_common_interrupt', 'outer', 'outer', 'entry_INT80_32', null],
    ]);
    expect(result.frames[2]).to.include({ kind: 'interrupted', note: null });
    expect(result.end).to.deep.include({ reason: 'user-mode', isComplete: true });
  });

  it('take the stack pointer of older kernels from where the registers lie', () => {
    const savedAt = onStack(0x780);
    const words: Words = {
      ...frame(savedAt - 8n, encoded(savedAt), code('asm_common_interrupt', 0x10)),
      ...ptRegs(savedAt, { eip: code('leaf', 1), cs: kernelSegment, ebp: onStack(0x700) }),
      // The leaf has pushed the frame pointer where the older kernel saved no stack pointer.
      ...frame(savedAt + 60n, onStack(0x700), code('outer', 0x10)),
      ...frame(onStack(0x700), programRegisters - 8n, code('outer', 0x20)),
      ...frame(programRegisters - 8n, 0n, code('entry_INT80_32', 0x10)),
      ...program,
    };
    const result = trace(
      { words, instructions: { [String(code('leaf'))]: prologue } },
      { ...asleep, ebp: savedAt - 8n },
    );
    expect(names(result).slice(2)).to.deep.equal([
      ...['leaf', 'outer', 'outer', 'entry_INT80_32', null],
    ]);
  });

  it('find the caller of a function that was stopped in its prologue', () => {
    const sp = onStack(0x810);
    const words = {
      ...chain,
      [String(sp)]: code('outer', 0x30),
      ...frame(onStack(0x800), onStack(0x700), code('outer', 0x10)),
    };
    const instructions = { [String(code('leaf'))]: prologue };
    const registers = { eip: code('leaf'), esp: sp, ebp: onStack(0x800), cs: kernelSegment };
    const first = trace({ words, instructions }, registers, true);
    expect(first.frames[1]).to.include({ address: code('outer', 0x30), note: null });
    expect(first.frames[2]).to.include({ address: code('outer', 0x10), note: null });
    const pushed = { ...chain, ...frame(sp, onStack(0x800), code('outer', 0x30)) };
    const second = trace(
      { words: pushed, instructions },
      { ...registers, eip: code('leaf', 1) },
      true,
    );
    expect(second.frames[1]).to.include({ address: code('outer', 0x30), note: null });
  });

  it('say where a function without a frame may hide its caller', () => {
    const registers = { ...asleep, eip: code('leaf', 4), cs: kernelSegment };
    const unsure = trace({ words: chain }, registers, true);
    expect(unsure.frames[1]?.note).to.include('its caller may be missing');
    const called = callBefore(code('outer', 0x10), code('leaf'));
    const sure = trace({ words: chain, instructions: called }, registers, true);
    expect(sure.frames[1]).to.include({ address: code('outer', 0x10), note: null });
  });

  it('end where a word is no return address', () => {
    const words = { ...chain, ...frame(onStack(0x700), onStack(0x600), code('outer', 0x21)) };
    const { frames, end } = trace({ words }, asleep);
    expect(frames).to.have.length(2);
    expect(end).to.deep.include({ reason: 'unknown-code', isComplete: false });
  });

  it('of a sleeping task begin with what it saved when it was switched out', () => {
    const savedAt = onStack(0x820);
    const words: Words = {
      ...chain,
      [String(task + 12n)]: savedAt,
      ...frame(savedAt + 16n, onStack(0x800), code('sleep', 8)),
    };
    const kernel = i386Kernel({ words });
    const stacks = opened(kernel);
    expect(stacks).to.be.an('object');
    const result = stackOfTask({ ...kernel, stacks } as typeof kernel, task);
    expect(names(result)).to.deep.equal(['sleep', 'outer', 'outer', 'entry_INT80_32', null]);
  });

  it('are not read by frame pointers that the kernel does not keep', () => {
    const kernel = i386Kernel({ instructions: { [String(code('kthread'))]: [0x53, 0x90, 0x90] } });
    expect(opened(kernel)).to.include('make no frames');
  });

  it('never throw and always end, whatever code and stack hold', () => {
    const word = fc.oneof(
      fc.nat({ max: 0xffff }).map((offset) => code('_stext', offset)),
      fc.nat({ max: 0x800 }).map((distance) => onStack(4 * distance)),
      fc.nat({ max: 0x800 }).map((distance) => encoded(onStack(4 * distance))),
      fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat({ max: 63 }),
        fc.array(word, { minLength: 64, maxLength: 64 }),
        fc.tuple(word, word),
        (instructions, at, stack, [esp, ebp]) => {
          const words = Object.fromEntries(
            stack.map((each, place) => [String(onStack(4 * (place + 100))), each]),
          );
          const fields = { words, instructions: { [String(code('leaf'))]: [...instructions] } };
          const { frames, end } = trace(fields, { eip: code('leaf', at), esp, ebp }, true);
          expect(frames.length).to.be.within(1, 512);
          expect(end.reason).to.be.a('string');
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the rules to leave functions of i386', () => {
  it('lead a debugger to the program as frame pointers do', () => {
    const savedAt = onStack(0x900);
    const words = {
      ...chain,
      // thread.sp, and the flags, si, di, bx, bp and the return address there.
      [String(task + 12n)]: savedAt,
      [String(savedAt + 16n)]: asleep.ebp,
      [String(savedAt + 20n)]: asleep.eip,
    };
    const kernel = i386Kernel({ words });
    const stacks = opened(kernel);
    if (typeof stacks === 'string') {
      throw new Error(stacks);
    }
    const registers = { programCounter: 'eip', stackPointer: 'esp' };
    const { seen, unwound } = bothStacks({ ...kernel, stacks }, registers, task);
    expect(unwound).to.include(0x8048000n).and.to.have.lengthOf(5);
    expect(seen).to.deep.equal(unwound);
  });
});
