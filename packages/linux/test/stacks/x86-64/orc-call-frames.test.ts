import type { Kernel } from '@vmcorekit/core';
import { type CallFrameRule, callFramesOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { code, orcKernel, type Rule } from '../orc-kernel.ts';

/** Nothing is known, as of a rule that is not there. */
const end: CallFrameRule = { frame: null, isSignal: false, saved: {}, savedAt: {}, kept: [] };
const hardware = { rip: 0, cs: 8, eflags: 16, rsp: 24, ss: 32 };

function ruleAt(kernel: Kernel, address: bigint): CallFrameRule | undefined {
  const frames = callFramesOf(kernel);
  if (typeof frames === 'string') {
    throw new Error(frames);
  }
  for (const { base, starts, rules } of frames.blocks()) {
    const at = Number(address - base);
    const index = starts.findLastIndex((start) => start <= at);
    if (index >= 0 && index < rules.length) {
      return rules[index];
    }
  }
  return undefined;
}

function ruleOf(rule: Omit<Rule, 'at'>, name = 'function'): CallFrameRule | undefined {
  const { kernel } = orcKernel({ functions: { [name]: 0x100 }, rules: [{ at: 0x100, ...rule }] });
  return ruleAt(kernel, code(0x100));
}

describe('the rules to leave functions by ORC', () => {
  it('take the return address of a call from right before its frame', () => {
    expect(ruleOf({ kind: 'call', sp: 'rsp', spOffset: 24 })).to.deep.equal({
      frame: { register: 'rsp', offset: 24, load: 'none' },
      isSignal: false,
      saved: { rip: -8 },
      savedAt: {},
      kept: ['rbp'],
    });
  });

  it('take rbp from where the function pushed it', () => {
    const pushed = { kind: 'call', sp: 'rbp', spOffset: 16, bp: 'previous-sp' } as const;
    expect(ruleOf({ ...pushed, bpOffset: -16 })).to.deep.include({
      frame: { register: 'rbp', offset: 16, load: 'none' },
      saved: { rip: -8, rbp: -16 },
      kept: [],
    });
    expect(ruleOf({ ...pushed, bp: 'rbp', bpOffset: -40 })).to.deep.include({
      saved: { rip: -8 },
      savedAt: { rbp: { register: 'rbp', offset: -40, load: 'none' } },
    });
  });

  it('read the stack pointer where a stack was left', () => {
    const call = { kind: 'call', spOffset: 8 } as const;
    expect(ruleOf({ ...call, sp: 'rsp-indirect' })?.frame).to.deep.equal({
      register: 'rsp',
      offset: 8,
      load: 'first',
    });
    expect(ruleOf({ ...call, sp: 'rbp-indirect', spOffset: -8 })?.frame).to.deep.equal({
      register: 'rbp',
      offset: -8,
      load: 'last',
    });
    for (const register of ['rdx', 'rdi', 'r10', 'r13', 'rax']) {
      expect(ruleOf({ ...call, sp: register })?.frame?.register).to.equal(register);
    }
  });

  it('take all registers from a pt_regs', () => {
    const rule = ruleOf({ kind: 'regs', sp: 'rsp', spOffset: 0, isSignal: true });
    expect(rule?.isSignal).to.equal(true);
    expect(rule?.saved).to.include({ r15: 0, rbp: 32, rax: 80, rip: 128, rsp: 152, ss: 160 });
    expect(Object.keys(rule?.saved ?? {})).to.have.lengthOf(21);
  });

  it('take five registers from the frame of the processor, and keep the others', () => {
    const rule = ruleOf({ kind: 'regs-partial', sp: 'rsp', spOffset: 16, isSignal: true });
    expect(rule).to.deep.include({ isSignal: true, saved: hardware });
    expect(rule?.kept).to.include.members(['rbx', 'rbp', 'r15', 'rax']);
    expect(rule?.kept).to.not.include('rip');
  });

  it('do not take a system call for an interrupt, as gdb would hide its name', () => {
    const regs = { kind: 'regs', sp: 'rsp', spOffset: 0, isSignal: true } as const;
    expect(ruleOf(regs, 'entry_SYSCALL_64_after_hwframe')?.isSignal).to.equal(false);
    expect(ruleOf(regs, 'asm_exc_page_fault')?.isSignal).to.equal(true);
  });

  it('end where the stack ends, and where the kernel has no rule', () => {
    expect(ruleOf({ kind: 'end' })).to.deep.equal(end);
    expect(ruleOf({ kind: 'undefined' })).to.deep.equal(end);
    expect(ruleOf({ kind: 'call', sp: 'previous-sp' })).to.deep.equal(end);
  });

  it('are there for code as far as the next rule, and for no more than the table', () => {
    const { kernel } = orcKernel({
      functions: { one: 0x100 },
      rules: [
        { at: 0x100, kind: 'call', sp: 'rsp', spOffset: 8 },
        { at: 0x104, kind: 'call', sp: 'rsp', spOffset: 16 },
      ],
    });
    expect(ruleAt(kernel, code(0x103))?.frame?.offset).to.equal(8);
    expect(ruleAt(kernel, code(0x104))?.frame?.offset).to.equal(16);
    expect(ruleAt(kernel, code(0xff))).to.equal(undefined);
  });

  it('ascend in any table, and lose only what is not in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x4000 }), { maxLength: 20 }), (places) => {
        const { kernel } = orcKernel({
          functions: { one: 0x100 },
          rules: places.map((at) => ({ at, kind: 'call', sp: 'rsp', spOffset: 8 })),
        });
        const frames = callFramesOf(kernel);
        for (const { starts, rules } of typeof frames === 'string' ? [] : frames.blocks()) {
          expect(rules.length).to.equal(starts.length - 1);
          expect(starts).to.deep.equal([...new Set(starts)].sort((one, other) => one - other));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are not known for a machine whose kernels keep none', () => {
    const { kernel } = orcKernel({ functions: {}, rules: [] });
    const other = { ...kernel, dump: { ...kernel.dump, architecture: null } };
    expect(callFramesOf(other)).to.match(/this machine/);
  });
});
