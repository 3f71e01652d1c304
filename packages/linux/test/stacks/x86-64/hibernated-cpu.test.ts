import { expect } from 'chai';
import { hibernatedCpuOf } from '../../../dist/stacks/x86-64/hibernated-cpu.js';
import { memoryTypes } from '../../memory/memory-kernel.ts';
import { addressOf, kernelWith, words } from '../../system/kernel-with.ts';

const types = memoryTypes({
  structs: {
    saved_context: [
      'u64 regs[21]',
      'u64 kernelmode_gs_base',
      'u64 cr0',
      'u64 cr2',
      'u64 cr3',
      'u64 cr4',
    ],
  },
});
const root = 0x2a10000n;
/** In the order of the variables below. */
const [, , code, , stack] = [0, 1, 2, 3, 4].map(addressOf) as [
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
];

interface Changed {
  readonly stated?: bigint | null;
  readonly caller?: string;
  readonly returnTo?: bigint;
  readonly sp?: bigint;
}

function saved({
  stated = root,
  caller = 'create_image',
  returnTo = code + 0x20n,
  sp = stack,
}: Changed = {}) {
  const ptRegs = Array.from({ length: 21 }, (_, index) => BigInt(index + 1));
  ptRegs[19] = sp;
  const kernel = kernelWith(
    {
      saved_context: words(...ptRegs, 0xffff888000000000n, 0x80050033n, 0n, root | 6n, 0x6f0n),
      _stext: words(0n),
      [caller]: words(0n),
      _etext: words(0n),
      init_stack: words(returnTo),
    },
    {
      types,
      ...(stated === null ? {} : { facts: { copiedUnderRoot: { value: stated, at: [] } } }),
    },
  );
  return hibernatedCpuOf(kernel);
}

describe('the CPU of a hibernated kernel', () => {
  it('has the registers that the kernel saved, as its function returned', () => {
    const cpu = saved();
    expect(cpu).to.deep.include({ index: 0, number: 0, pid: null, from: ['saved_context'] });
    expect(typeof cpu === 'object' && Object.fromEntries(cpu.registers)).to.deep.equal({
      r15: 1n,
      r14: 2n,
      r13: 3n,
      r12: 4n,
      rbp: 5n,
      rbx: 6n,
      rip: code + 0x20n,
      rsp: stack + 8n,
      rflags: 19n,
      cs: 0x10n,
      cr0: 0x80050033n,
      cr2: 0n,
      cr3: root | 6n,
      cr4: 0x6f0n,
      gs_base: 0xffff888000000000n,
    });
  });

  it('is none of a dump that no hibernating kernel wrote', () => {
    expect(saved({ stated: null })).to.equal(undefined);
  });

  for (const [why, changed, because] of [
    ['of another moment', { stated: 0x1000n }, 'its CR3 is 0x2a10006, the file states 0x1000'],
    ['of a stack that leads elsewhere', { caller: 'schedule' }, 'its stack leads to schedule'],
    ['of a stack without code', { returnTo: 7n }, 'its stack leads to no code'],
    ['of a stack that is lost', { sp: 8n }, 'its stack cannot be read'],
  ] as const) {
    it(`is left out, with the reason, where the record is ${why}`, () => {
      expect(saved(changed)).to.include(because);
    });
  }
});
