import { arm, arm64, riscv64 } from '@vmcorekit/architectures';
import type { Architecture, Task } from '@vmcorekit/core';
import { gdbMachineOf, KernelTarget } from '@vmcorekit/gdb';
import { linearMemory, memoryDump, SparseMemory, symbolList, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';

const text = 0xffffffff80002000n;
const header = 0xffffffff80000000n;

function targetOf(
  architecture: Architecture,
  symbols: Record<string, bigint> = {},
  tasks: readonly Task[] = [],
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
  return new KernelTarget(
    { ...kernel, located, tasks: () => tasks },
    machine,
    async function* () {},
  );
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
    targetOf(arm64, {}, [{ ...task, doubts }])
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
