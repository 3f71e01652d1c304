import { arm, arm64, riscv64, x8664 } from '@vmcorekit/architectures';
import { type Architecture, type KernelCpu, type Task, VmcorekitError } from '@vmcorekit/core';
import { gdbMachineOf, KernelTarget } from '@vmcorekit/gdb';
import { linearMemory, memoryDump, SparseMemory, symbolList, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';

const text = 0xffffffff80002000n;
const header = 0xffffffff80000000n;

const kernelMode = 0x10n;
const userMode = 0x33n;

function cpu(cs: bigint): KernelCpu {
  const registers = new Map(Object.entries({ cs, fs_base: 5n, gs_base: 7n }));
  return { index: 0, pid: 7, number: null, from: ['prstatus'], registers };
}

function targetOf(
  architecture: Architecture,
  symbols: Record<string, bigint> = {},
  tasks: () => readonly Task[] = () => [],
  cpus: readonly KernelCpu[] = [],
): KernelTarget {
  const memory = new SparseMemory({ ranges: [] });
  const kernel = testKernel({
    dump: memoryDump({ memory, architecture }),
    memory: linearMemory(memory, []),
    symbols: symbolList(symbols),
  });
  const located = { ...kernel.located, textVirtualAddress: text };
  const machine = gdbMachineOf(architecture.name);
  if (machine === undefined) {
    throw new Error(`gdb knows no ${architecture.name}`);
  }
  return new KernelTarget({ ...kernel, located, tasks, cpus }, machine, async function* () {});
}

describe('where KernelTarget says that vmlinux lies', () => {
  it('is at the text', () => {
    expect(targetOf(arm64).textSegment).to.equal(text);
  });

  // gdb moved each symbol of riscv64 by 0x2000, and of arm by 0x8000, though neither had moved.
  it('is at the header of the image on riscv64, whose vmlinux begins there', () => {
    expect(targetOf(riscv64, { _start: header }).textSegment).to.equal(header);
    expect(targetOf(riscv64).textSegment).to.equal(null);
  });

  it('is nowhere else than in the file on arm, whose kernels do not move', () => {
    expect(targetOf(arm).textSegment).to.equal(null);
  });
});

describe('a task of KernelTarget', () => {
  const task: Task = {
    address: text,
    pid: 7,
    tgid: 7,
    ppid: null,
    comm: 'sh',
    state: 'S',
    cpu: null,
    onCpu: false,
    kernelThread: false,
    seenBy: ['tasks'],
    doubts: [],
    stack() {
      throw new Error('gdb unwinds by itself');
    },
  };
  const detailsOf = (doubts: readonly string[]) =>
    targetOf(arm64, {}, () => [{ ...task, doubts }])
      .threads()
      .at(-1)?.details ?? '';

  it('says what speaks against it, and why it has no registers', () => {
    const doubts = ['its parent\x1b[2J does not know it', 'it is in one list only'];
    expect(detailsOf(doubts)).to.match(
      /^pid 7, S; doubtful: its parent\\x1b\[2J does not know it; it is in one .*; no registers: /,
    );
    expect(detailsOf([])).not.to.contain('doubtful');
  });

  it('is short, whatever it says', () => {
    expect(detailsOf(['x'.repeat(5000)]).length).to.be.lessThan(400);
  });
});

describe('the list of tasks of KernelTarget', () => {
  const missing = () => {
    throw new VmcorekitError('unsupported', { what: 'the tasks', advice: 'a link\x1b[2J is torn' });
  };

  // gdb's user saw a short list of threads, and no word of what was wrong with it.
  it('has what speaks against it in the first thread, and in the status', () => {
    const target = targetOf(x8664, {}, missing, [cpu(kernelMode)]);
    expect(target.threads().map(({ details }) => details)).to.deep.equal([
      'its number is not proved; the tasks: a link\\x1b[2J is torn',
    ]);
    expect(target.status().slice(0, 2)).to.deep.equal([
      '1 CPU and 0 tasks are threads',
      'the tasks: a link\\x1b[2J is torn',
    ]);
  });
});

describe('a CPU of which there is only the note that its kernel wrote', () => {
  const basesOf = (each: KernelCpu) => {
    const target = targetOf(x8664, {}, () => [], [each]);
    const [thread] = target.threads();
    const registers = thread === undefined ? null : target.registersOf(thread);
    return ['gs_base', 'kernel_gs_base', 'fs_base'].map((name) => registers?.get(name) ?? null);
  };

  // Such a note has MSR_KERNEL_GS_BASE there: gdb showed the base of the process.
  it('has no GS base on x86-64, as the note has that of the process', () => {
    expect(basesOf(cpu(kernelMode))).to.deep.equal([null, null, 5n]);
  });

  it('has the GS base of a program that it interrupted', () => {
    expect(basesOf(cpu(userMode))).to.deep.equal([7n, null, 5n]);
  });

  it('has its GS base where QEMU wrote a note, too', () => {
    expect(basesOf({ ...cpu(kernelMode), from: ['prstatus', 'qemu'] })).to.deep.equal([
      7n,
      null,
      5n,
    ]);
  });
});
