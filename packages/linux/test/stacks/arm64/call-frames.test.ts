import type { Kernel } from '@vmcorekit/core';
import { expect } from 'chai';
import { callFrameRuleAt, debuggerTrace } from '../debugger.ts';
import {
  type Arm64KernelFields,
  arm64Kernel,
  callAt,
  code,
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

const machine = { programCounter: 'pc', returnAddress: 'x30' };
const kernelMode = 0x3c5n;
const top = onStack(0x800);

/** A kernel whose one task sleeps with these registers. */
function sleeping(
  { words = {}, ...fields }: Arm64KernelFields,
  { pc = code('sleep', 8), sp = top, x29 = top } = {},
): Kernel {
  const saved = Object.fromEntries(
    [x29, sp, pc].map((word, index) => [String(savedContextAt + BigInt(8 * index)), word]),
  );
  const kernel = arm64Kernel({ ...fields, words: { ...saved, ...words } });
  return { ...kernel, tasks: () => [{ address: task } as never] };
}

function namesOf(kernel: Kernel, addresses: readonly bigint[]): (string | null)[] {
  return addresses.map((address) => kernel.symbols.at(address - 1n)?.name ?? null);
}

/** What the debugger sees, and what the unwinder does. */
function bothOf(kernel: Kernel, { pc = code('sleep', 8), sp = top, x29 = top } = {}) {
  const registers = { pc, sp, x29 };
  const { frames } = readerOf(kernel).trace({
    registers: new Map(Object.entries(registers)),
    isExact: false,
    task,
    cpu: null,
  });
  return {
    seen: debuggerTrace(kernel, machine, registers),
    unwound: frames.filter(({ kind }) => kind !== 'user').map(({ address }) => address),
  };
}

const chain = {
  ...record(top, onStack(0x600), code('outer', 0x10)),
  ...record(onStack(0x600), recordIn(programRegisters()), code('entry', 0x50)),
  ...ptRegs(programRegisters(), { pc: 0x4000n, sp: 0x7ff0n }),
};

describe('the rules to leave functions of arm64', () => {
  it('follow frame records, and end where a program entered the kernel', () => {
    const kernel = sleeping({ words: chain });
    const { seen, unwound } = bothOf(kernel);
    expect(seen).to.deep.equal(unwound);
    expect(namesOf(kernel, seen)).to.deep.equal(['sleep', 'outer', 'entry']);
  });

  it('end in the first code of a thread, which no frame follows', () => {
    const registers = programRegisters();
    const words = {
      ...record(top, recordIn(registers), code('ret_from_fork', 0x10)),
      ...ptRegs(registers, { pstate: 5n }),
    };
    const { seen, unwound } = bothOf(sleeping({ words }));
    expect(seen).to.deep.equal(unwound);
    expect(callFrameRuleAt(sleeping({ words }), code('ret_from_fork', 0xf))?.frame).to.equal(null);
  });

  it('go on with what an interrupt stopped, by the link register of a leaf', () => {
    const saved = onStack(0xa00);
    const call = code('handler', 0x20);
    const words = {
      ...chain,
      ...record(onStack(0xb00), onStack(0xa80), code('handler', 0x100)),
      ...record(onStack(0xa80), recordIn(saved), code('entry', 0x70)),
      ...record(recordIn(saved), top, code('leaf', 4)),
      ...ptRegs(saved, {
        ...{ x29: top, x30: call + 4n, sp: onStack(0x840), pc: code('leaf', 4) },
        pstate: kernelMode,
      }),
    };
    const start = { sp: onStack(0xb20), x29: onStack(0xb00) };
    const kernel = sleeping({ words, instructions: callAt(call, code('leaf')) }, start);
    const { seen, unwound } = bothOf(kernel, start);
    expect(seen).to.deep.equal(unwound);
    expect(namesOf(kernel, seen)).to.deep.equal([
      ...['sleep', 'handler', 'entry', 'leaf', 'handler', 'outer', 'entry'],
    ]);
    expect(callFrameRuleAt(kernel, code('entry', 0x6f))?.isSignal).to.equal(true);
  });

  it("end at a tracer's code, by the byte before it", () => {
    const node = task + 0x200n;
    const kernel = sleeping({
      taskMembers: ['void *kretprobe_instances'],
      structs: { kretprobe_instance: ['void *llist', 'void *ret_addr', 'void *fp'] },
      words: {
        ...chain,
        ...record(top, onStack(0x600), code('__kretprobe_trampoline')),
        [String(taskEnd)]: node,
        [String(node + 8n)]: code('outer', 0x10),
        [String(node + 16n)]: onStack(0x600),
      },
    });
    const { seen, unwound } = bothOf(kernel);
    expect(namesOf(kernel, unwound)).to.deep.equal(['sleep', 'outer', 'entry']);
    expect(seen).to.deep.equal([code('sleep', 8), code('__kretprobe_trampoline')]);
  });

  it('end a stack whose next record is no record, and leave others whole', () => {
    const torn = sleeping({ words: { ...chain, [String(top)]: onStack(0x601) } });
    expect(bothOf(torn).seen).to.deep.equal(bothOf(torn).unwound);
  });

  it('do not let an address end two stacks of which one goes on there', () => {
    const kernel = sleeping({ words: chain });
    const registers = new Map(
      Object.entries({ pc: code('sleep', 8), sp: onStack(0x900), x29: 1n, pstate: kernelMode }),
    );
    const cpu = { index: 0, number: null, pid: 1, from: ['prstatus'], registers };
    const torn: Kernel = { ...kernel, cpus: [cpu] };
    expect(
      debuggerTrace(torn, machine, { pc: code('sleep', 8), sp: top, x29: top }),
    ).to.have.length(3);
  });
});
