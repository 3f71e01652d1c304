import { judgeStream } from '@vmcorekit/lab/check/judge-stream';
import type { CpuState } from '@vmcorekit/lab/qemu/registers';
import { expect } from 'chai';

const cpu: CpuState = {
  index: 0,
  instructionPointer: '0xffffffff81000000',
  privilegeLevel: 0,
  isHalted: false,
  cr0: '0x80050033',
  cr3: '0x2000',
  cr4: '0x6b0',
  efer: '0xd01',
  idtBase: '0xfffffe0000000000',
  cr13: null,
};
const registers = {
  rip: '0xffffffff81000000',
  cr0: '0x80050033',
  cr3: '0x2000',
  cr4: '0x6b0',
  efer: '0xd01',
  idt_base: '0xfffffe0000000000',
};
const info = { output: { memory: { ranges: [] }, cpus: [{ registers }] } };
const compared = (different: number, unknownPages: Record<string, number> = {}) => ({
  output: { pages: { equal: 10, different }, dumps: [{ unknownPages }, { unknownPages: {} }] },
});

describe('a stream beside the ELF dump of its machine', () => {
  it('is right where no page and no register differs, even without the flash', () => {
    expect(judgeStream(compared(0, { absent: 64 }), info, [cpu]).outcome).to.equal('right');
  });

  it('is wrong where a page differs or is not held', () => {
    expect(judgeStream(compared(1), info, [cpu]).outcome).to.equal('wrong');
    expect(judgeStream(compared(0, { corrupt: 2 }), info, [cpu]).because).to.include('2 are not');
  });

  it('is wrong where a register or a CPU differs', () => {
    const other = { ...cpu, cr3: '0x3000' };
    expect(judgeStream(compared(0), info, [other]).because).to.equal('CPU 0: cr3 is 0x2000');
    expect(judgeStream(compared(0), info, []).because).to.equal('1 CPUs, not 0');
  });

  it('is failed where the command fails', () => {
    expect(judgeStream({ failure: 'no' }, info, [cpu]).outcome).to.equal('failed');
    expect(judgeStream(compared(0), { failure: 'no' }, [cpu]).outcome).to.equal('failed');
  });
});
