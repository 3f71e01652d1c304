import type { StackTrace } from '@vmcorekit/core';
import { stackOfTask } from '@vmcorekit/linux';
import { expect } from 'chai';
import { bothStacks } from '../debugger.ts';
import {
  bootEntry,
  code,
  frame,
  onIrqStack,
  onStack,
  opened,
  overflowRegisters,
  programRegisters,
  ptRegs,
  readerOf,
  riscv64Kernel,
  savedContextAt,
  task,
  trace,
  type Words,
} from './riscv64-kernel.ts';

const kernelMode = 0x120n;
const names = ({ frames }: StackTrace) => frames.map(({ symbol }) => symbol);
const kinds = ({ frames }: StackTrace) => frames.map(({ kind }) => kind);
const asleep = { pc: code('sleep', 8), sp: onStack(0x800), s0: onStack(0x700) };

/** From `sleep` to the registers of the program that called the kernel. */
const chain: Words = {
  ...frame(onStack(0x700), onStack(0x600), code('outer', 0x10)),
  ...frame(onStack(0x600), programRegisters, code('outer', 0x20)),
  ...frame(programRegisters, 0n, code('handle_exception', 0x50)),
  ...ptRegs(programRegisters, { epc: 0x4000n, sp: 0x7ff0n }),
};
/** The frame of an idle task's first function. */
const outermost = frame(onStack(0x700), 0n, bootEntry);
/** `addi sp,sp,-16; sd ra,8(sp); sd s0,0(sp); addi s0,sp,16`, and what undoes it. */
const begin = [0x1141, 0xe406, 0xe022, 0x0800];
const end = [0x60a2, 0x6402, 0x0141, 0x8082];
/** `c.nop`, and `c.beqz a0` to somewhere. */
const nop = 0x0001;
const branch = 0xc119;
/** `jal ra` over a distance below 4 KiB. */
const call = (from: bigint, to: bigint): Record<string, number[]> => {
  const distance = Number(to - from);
  const word = 0xef | (distance & 0xff000) | ((distance & 0x7fe) << 20) | ((distance & 0x800) << 9);
  return { [String(from)]: [word & 0xffff, (word >>> 16) & 0xffff] };
};

describe('stacks of riscv64', () => {
  it('lead by frame pointers to the program', () => {
    const result = trace({ words: chain }, asleep);
    expect(names(result)).to.deep.equal(['sleep', 'outer', 'outer', 'handle_exception', null]);
    expect(kinds(result).at(-1)).to.equal('user');
    expect(result.frames[4]).to.include({ address: 0x4000n, stackPointer: 0x7ff0n });
    expect(result.end).to.deep.include({ reason: 'user-mode', isComplete: true });
  });

  it('of threads of the kernel end where the thread began', () => {
    const words = {
      ...frame(onStack(0x700), code('kthread'), code('ret_from_fork', 0xe)),
      ...ptRegs(onStack(0x700), { status: kernelMode }),
    };
    const result = trace({ words }, asleep);
    expect(names(result)).to.deep.equal(['sleep', 'ret_from_fork']);
    expect(result.end).to.deep.include({ reason: 'end-of-stack', isComplete: true });
  });

  it('of idle tasks end where the boot code called the kernel', () => {
    const words = frame(onStack(0x700), 0x1234n, bootEntry);
    const result = trace({ words }, asleep);
    expect(names(result)).to.deep.equal(['sleep']);
    expect(result.end.reason).to.equal('end-of-stack');
  });

  it('begin in what the task saved when it was switched out', () => {
    const saved = (ra: bigint) => {
      const context = [ra, asleep.sp, asleep.s0].map(
        (word, index) => [String(savedContextAt + BigInt(8 * index)), word] as const,
      );
      const kernel = riscv64Kernel({ words: { ...chain, ...Object.fromEntries(context) } });
      return stackOfTask({ ...kernel, stacks: readerOf(kernel) }, task);
    };
    const result = saved(asleep.pc);
    expect(names(result)).to.deep.equal(['sleep', 'outer', 'outer', 'handle_exception', null]);
    expect(result.frames[0]).to.include({ kind: 'return', stackPointer: asleep.sp });
    expect(saved(code('ret_from_fork')).end.reason).to.equal('never-ran');
  });

  it('go on from the interrupt stack with what was interrupted', () => {
    const registers = onStack(0xa00);
    const words = {
      ...chain,
      ...frame(registers, onStack(0x700), code('handle_exception', 0x60)),
      ...frame(onIrqStack(0x100), registers, code('outer', 0x30)),
      ...ptRegs(registers, {
        epc: code('sleep', 0x40),
        sp: onStack(0x800),
        s0: onStack(0x700),
        status: kernelMode,
      }),
    };
    const result = trace({ words }, { ...asleep, sp: onIrqStack(0x180), s0: onIrqStack(0x100) });
    expect(names(result)).to.deep.equal([
      ...['sleep', 'outer', 'handle_exception', 'sleep', 'outer', 'outer', 'handle_exception'],
      null,
    ]);
    expect(result.frames.map(({ stack }) => stack).slice(0, 4)).to.deep.equal([
      ...['irq', 'irq', 'task', 'task'],
    ]);
    expect(kinds(result)[3]).to.equal('interrupted');
  });

  it('go on from an overflow with the code whose stack was full', () => {
    const words = {
      ...outermost,
      ...frame(overflowRegisters, 0n, code('leaf', 2)),
      ...ptRegs(overflowRegisters, {
        epc: code('sleep', 0x40),
        sp: onStack(0x800),
        s0: onStack(0x700),
        status: kernelMode,
      }),
    };
    const sp = overflowRegisters - 0x100n;
    const registers = { pc: code('handle_bad_stack', 8), sp, s0: overflowRegisters };
    const result = trace({ words }, registers);
    expect(names(result)).to.deep.equal(['handle_bad_stack', 'sleep']);
    expect(result.frames[0]?.stack).to.equal('overflow');
  });

  describe('of a CPU', () => {
    const running = { pc: code('leaf'), ra: code('outer', 0x44), sp: onStack(0x710) };
    const at = (address: bigint) => String(address);
    const words = outermost;
    const whole = ['leaf', 'outer'];

    it('show the caller of a function that has not made its frame', () => {
      const instructions = { [at(code('leaf'))]: [...begin, branch] };
      const registers = { ...running, s0: onStack(0x700) };
      for (const [offset, sp, saved] of [
        [0, 0x710, {}],
        [2, 0x720, {}],
        [4, 0x720, { [at(onStack(0x718))]: running.ra }],
        [6, 0x720, frame(onStack(0x710), onStack(0x700), running.ra)],
        [8, 0x720, frame(onStack(0x710), onStack(0x700), running.ra)],
      ] as const) {
        const s0 = offset === 8 ? onStack(0x710) : registers.s0;
        const pc = code('leaf', offset);
        const result = trace(
          { words: { ...words, ...saved }, instructions },
          { ...registers, pc, sp: onStack(sp), s0 },
          true,
        );
        expect(names(result), `at ${offset}`).to.deep.equal(whole);
        expect(result.frames[1], `at ${offset}`).to.include({ isGuess: false });
        expect(result.end.reason).to.equal('end-of-stack');
      }
    });

    it('show the caller of a function that has undone its frame', () => {
      const instructions = { [at(code('leaf'))]: [...begin, branch, nop, ...end] };
      const saved = frame(onStack(0x710), onStack(0x700), running.ra);
      for (const [offset, sp, s0] of [
        [12, 0x720, onStack(0x710)],
        [14, 0x720, onStack(0x710)],
        [16, 0x720, onStack(0x700)],
        [18, 0x710, onStack(0x700)],
      ] as const) {
        const ra = offset === 12 ? code('leaf', 10) : running.ra;
        const result = trace(
          { words: { ...words, ...saved }, instructions },
          { pc: code('leaf', offset), ra, sp: onStack(sp), s0 },
          true,
        );
        expect(names(result), `at ${offset}`).to.deep.equal(whole);
      }
    });

    it('show the caller of a leaf function, which saves no return address', () => {
      // `addi sp,sp,-16; sd s0,8(sp); addi s0,sp,16`
      const instructions = { [at(code('leaf'))]: [0x1141, 0xe422, 0x0800, branch, branch, nop] };
      const saved = { [at(onStack(0x718))]: onStack(0x700) };
      const result = trace(
        { words: { ...words, ...saved }, instructions },
        { ...running, pc: code('leaf', 8), sp: onStack(0x720), s0: onStack(0x710) },
        true,
      );
      expect(names(result)).to.deep.equal(whole);
      expect(result.frames[1]).to.include({ isGuess: false });
    });

    it('guess the caller of a function without a frame, unless its call proves it', () => {
      const leaf = { [at(code('leaf'))]: [branch, branch, branch] };
      const registers = { ...running, pc: code('leaf', 2), s0: onStack(0x700) };
      const before = running.ra - 4n;
      const isGuess = (instructions: Record<string, number[]>) =>
        trace({ words, instructions: { ...leaf, ...instructions } }, registers, true).frames.map(
          (each) => each.isGuess,
        );
      expect(isGuess(call(before, code('leaf')))).to.deep.equal([false, false]);
      expect(isGuess(call(before, code('kthread')))).to.deep.equal([false, true]);
      // `c.jalr a5`, and no call at all.
      expect(isGuess({ [at(running.ra - 2n)]: [0x9782] })).to.deep.equal([false, true]);
      expect(isGuess({})).to.deep.equal([false]);
    });

    it('say that the interrupted code is missing where an exception was just taken', () => {
      const registers = { pc: code('handle_exception'), sp: onStack(0x800), s0: onStack(0x700) };
      const result = trace({ words: chain }, registers, true);
      expect(names(result)[1]).to.equal('outer');
      expect(result.end).to.deep.equal({
        reason: 'user-mode',
        isComplete: false,
        detail: 'what the exception interrupted is in no note',
      });
    });

    it('end in entry code, which makes no frame', () => {
      const registers = { pc: code('handle_exception', 8), sp: onStack(0x800), s0: onStack(0x700) };
      const result = trace({ words: chain }, registers, true);
      expect(result.frames).to.have.length(1);
      expect(result.end.detail).to.equal('entry code runs, which makes no frame');
    });

    it('have no frames of the kernel in user mode', () => {
      const result = trace({}, { pc: 0x4000n, sp: 0x7ff0n, s0: 0n }, true);
      expect(kinds(result)).to.deep.equal(['user']);
      expect(result.end.reason).to.equal('not-in-kernel');
    });
  });

  it('are not read in a kernel whose functions make no frames', () => {
    const instructions = { [String(code('kthread'))]: [nop, nop, ...end] };
    expect(opened(riscv64Kernel({ instructions }))).to.equal(
      'its functions make no frames that a frame pointer leads to',
    );
  });

  it('stop where a frame pointer leads down, or to no frame', () => {
    const down = frame(onStack(0x700), onStack(0x900), code('outer'));
    const words = { ...down, ...frame(onStack(0x900), 0n, code('outer')) };
    expect(trace({ words }, asleep).end.detail).to.match(/^the stack pointer does not rise at/);
    const odd = frame(onStack(0x700), 0x1234567n, code('outer', 2));
    expect(trace({ words: odd }, asleep).end.detail).to.equal('no frame can end at 0x1234567');
  });
});

describe('the rules to leave functions of riscv64', () => {
  it('lead a debugger to the program as frame pointers do', () => {
    const saved = [asleep.pc, asleep.sp, asleep.s0].map(
      (word, index) => [String(savedContextAt + BigInt(8 * index)), word] as const,
    );
    const kernel = riscv64Kernel({ words: { ...chain, ...Object.fromEntries(saved) } });
    const registers = { programCounter: 'pc', stackPointer: 'sp' };
    const both = bothStacks({ ...kernel, stacks: readerOf(kernel) }, registers, task);
    expect(both.unwound).to.include(0x4000n).and.to.have.lengthOf(5);
    expect(both.seen).to.deep.equal(both.unwound);
  });
});
