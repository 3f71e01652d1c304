import type { Kernel } from '@vmcorekit/core';
import { expect } from 'chai';
import { callFrameRuleAt, debuggerTrace } from '../debugger.ts';
import { code, kernelRegisters, onStack, orcKernel, task } from '../orc-kernel.ts';

const machine = { programCounter: 'rip', stackPointer: 'rsp' };
const trampoline = 0x400;
const fields = {
  functions: {
    inner: 0x100,
    outer: 0x200,
    __kretprobe_trampoline: trampoline,
    bare: 0x500,
    end: 0x600,
  },
  rules: [
    { at: 0x100, kind: 'call', sp: 'rsp', spOffset: 16 },
    { at: 0x200, kind: 'end' },
    { at: 0x500, kind: 'undefined' },
    { at: 0x600, kind: 'call', sp: 'rsp', spOffset: 8 },
  ],
} as const;
/** At 0x20b: call bare, whose return address is 0x210. */
const instructions = { 523: [0xe8, 0xf0, 0x02, 0x00, 0x00] };

/** A kernel whose one CPU stands at an address. */
function stopped(kernel: Kernel, at: number, distance: number): Kernel {
  const registers = kernelRegisters({ rip: code(at), rsp: onStack(distance), rbp: 1n });
  const cpu = { index: 0, number: null, pid: 1, from: ['qemu'], registers };
  return { ...kernel, cpus: [cpu], tasks: () => [{ address: task } as never] };
}

function seen(kernel: Kernel, at: number, distance: number): bigint[] {
  const first = { rip: code(at), rsp: onStack(distance), rbp: 1n };
  return debuggerTrace(kernel, machine, first);
}

describe('the rules of ORC where a stack is', () => {
  it('lead out of a function without rules, to the call that the unwinder found', () => {
    const stack = { [0x200 - 8]: code(0x208), [0x200 - 16]: code(0x210) };
    const kernel = stopped(orcKernel({ ...fields, stack, instructions }).kernel, 0x510, 0x200);
    expect(seen(kernel, 0x510, 0x200)).to.deep.equal([code(0x510), code(0x210)]);
    expect(callFrameRuleAt(kernel, code(0x510))?.frame).to.deep.equal({
      ...{ register: 'rsp', offset: 24, load: 'none' },
    });
    expect(callFrameRuleAt(kernel, code(0x511))?.frame).to.equal(null);
  });

  it('are those of the tables elsewhere, and where they lead on by themselves', () => {
    const stack = { [0x200 - 8]: code(0x210) };
    const kernel = stopped(orcKernel({ ...fields, stack }).kernel, 0x110, 0x200);
    expect(seen(kernel, 0x110, 0x200)).to.deep.equal([code(0x110), code(0x210)]);
    expect(callFrameRuleAt(kernel, code(0x110))?.frame?.offset).to.equal(16);
  });

  it("end a stack at a tracer's code, which no call leads to", () => {
    const { kernel } = orcKernel(fields);
    const before = code(trampoline) - 1n;
    expect(callFrameRuleAt(kernel, before)?.frame).to.equal(null);
  });
});
