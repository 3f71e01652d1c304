import type { Kernel } from '@vmcorekit/core';
import { btfTypes, registersOfTask } from '@vmcorekit/linux';
import { cBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  arm64Kernel,
  task as arm64Task,
  idleTask,
  onStack as onArm64Stack,
} from './arm64/arm64-kernel.ts';
import { i386Kernel, task as i386Task, onStack as onI386Stack } from './i386/i386-kernel.ts';
import { onStack as onX86Stack, orcKernel, task as orcTask } from './orc-kernel.ts';
import {
  onStack as onRiscv64Stack,
  riscv64Kernel,
  task as riscv64Task,
} from './riscv64/riscv64-kernel.ts';

/** Words one after another. */
function run(at: bigint, wordSizeInBytes: bigint, words: readonly bigint[]) {
  return Object.fromEntries(
    words.map((word, index) => [String(at + wordSizeInBytes * BigInt(index)), word]),
  );
}

const sevenOn = (count: number) => Array.from({ length: count }, (_, index) => BigInt(7 + index));
const named = (prefix: string, first: number, words: readonly bigint[]) =>
  Object.fromEntries(words.map((word, index) => [`${prefix}${first + index}`, word]));

function shown(kernel: Kernel, task: bigint) {
  const { registers, ...rest } = registersOfTask(kernel, task);
  return { ...rest, registers: registers === null ? null : Object.fromEntries(registers) };
}

const asleep = { cpu: null, remarks: [] };

describe('the registers of a task', () => {
  it('are on x86-64 all that it saved when it was switched out, and no others', () => {
    const registers = { r15: 1n, r14: 2n, r13: 3n, r12: 4n, rbx: 5n, rbp: 6n };
    const { kernel: plain } = orcKernel({
      functions: {},
      rules: [],
      words: { [String(orcTask + 16n)]: onX86Stack(256) },
      stack: { 256: 1n, 248: 2n, 240: 3n, 232: 4n, 224: 5n, 216: 6n, 208: 0x1234n },
    });
    const types = btfTypes(
      cBtf({
        inactive_task_frame: ['r15', 'r14', 'r13', 'r12', 'bx', 'bp', 'ret_addr'].map(
          (name) => `u64 ${name}` as const,
        ),
        thread_struct: ['u64 sp'],
        task_struct: ['void *stack', 'u32 pid', 'u32 on_cpu', 'struct thread_struct thread'],
      }),
      { from: 'BTF', wordSizeInBits: 64 },
    );
    const kernel = { ...plain, types };
    expect(shown(kernel, orcTask)).to.deep.equal({
      ...asleep,
      registers: { rip: 0x1234n, rsp: onX86Stack(200), ...registers },
    });
  });

  it('are on arm64 the whole cpu_context', () => {
    const kept = sevenOn(11);
    const sp = onArm64Stack(64);
    const kernel = arm64Kernel({ words: run(arm64Task + 16n, 8n, [...kept, sp, 0x9000n]) });
    expect(shown(kernel, arm64Task)).to.deep.equal({
      ...asleep,
      registers: { ...named('x', 19, kept), sp, pc: 0x9000n },
    });
  });

  it('are on riscv64 what thread_struct begins with; its pc is ra', () => {
    const kept = sevenOn(12);
    const sp = onRiscv64Stack(64);
    const kernel = riscv64Kernel({ words: run(riscv64Task + 16n, 8n, [0x9000n, sp, ...kept]) });
    expect(shown(kernel, riscv64Task)).to.deep.equal({
      ...asleep,
      registers: { pc: 0x9000n, ra: 0x9000n, sp, ...named('s', 0, kept) },
    });
  });

  it('are on i386 what lies at the saved stack pointer, with the flags', () => {
    const at = onI386Stack(64);
    const kernel = i386Kernel({
      words: { [String(i386Task + 12n)]: at, ...run(at, 4n, [2n, 3n, 4n, 5n, 6n, 0x9000n]) },
    });
    expect(shown(kernel, i386Task)).to.deep.equal({
      ...asleep,
      registers: {
        ...{ eflags: 2n, esi: 3n, edi: 4n, ebx: 5n, ebp: 6n },
        ...{ eip: 0x9000n, esp: at + 24n },
      },
    });
  });

  it('are none, with a reason, where its stack pointer is not on its stack', () => {
    const kernel = arm64Kernel({ words: run(arm64Task + 104n, 8n, [0x10n, 0x9000n]) });
    const { registers, remarks } = registersOfTask(kernel, arm64Task);
    expect(registers).to.equal(null);
    expect(remarks).to.deep.equal(['the saved stack pointer 0x10 is not on its stack']);
  });

  it('are none of a task that runs on a CPU without registers', () => {
    const kernel = arm64Kernel();
    const { registers, remarks } = registersOfTask(kernel, idleTask);
    expect(registers).to.equal(null);
    expect(remarks[0]).to.match(/^no note is proved to have the registers of CPU 0/);
  });

  it('are none of a task that runs on a CPU that is not known', () => {
    const kernel = arm64Kernel({ words: { [String(arm64Task + 8n)]: 1n << 32n } });
    expect(shown(kernel, arm64Task)).to.deep.equal({
      cpu: null,
      remarks: ['the task runs, but no CPU is known to run it'],
      registers: null,
    });
  });

  it('are none of a task whose stack is freed', () => {
    const kernel = arm64Kernel({
      words: { [String(arm64Task)]: 0n, [String(arm64Task + 104n)]: 1n },
    });
    expect(shown(kernel, arm64Task)).to.deep.equal({
      cpu: null,
      remarks: ['the task has exited: its stack is freed'],
      registers: null,
    });
  });

  it('are those of the CPU that runs it', () => {
    const registers = new Map([['pc', 0x9000n]]);
    const cpu = { index: 4, number: 0, pid: null, from: ['prstatus'], registers };
    const kernel = arm64Kernel({ cpus: [cpu] });
    expect(registersOfTask(kernel, idleTask)).to.deep.equal({ registers, cpu: 0, remarks: [] });
  });
});
