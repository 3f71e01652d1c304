import { judgeImageCpus, judgeImageMemory } from '@vmcorekit/lab/images/judge-image';
import { parseRegisters } from '@vmcorekit/lab/qemu/registers';
import { expect } from 'chai';

const cpus = parseRegisters(
  [
    '',
    'CPU#0',
    'RIP=ffffffff81000010 CPL=0',
    'CR0=80050033 CR3=0000000002a10000 CR4=000006f0',
  ].join('\n'),
);

describe('the memory of an image', () => {
  it('is equal, or is not held', () => {
    const pages = { equal: 100, different: 0, unknown: 0 };
    expect(judgeImageMemory({ output: { pages } })).to.deep.equal({ text: 'equal', isGood: true });
    expect(judgeImageMemory({ output: { pages: { ...pages, unknown: 3 } } })).to.deep.equal({
      text: 'equal, 3 pages not held',
      isGood: true,
    });
  });

  it('is wrong where one page differs, where none is held, and without an answer', () => {
    const differs = { output: { pages: { equal: 99, different: 1, unknown: 0 } } };
    expect(judgeImageMemory(differs)).to.deep.equal({
      text: '1 pages differ, 99 are equal',
      isGood: false,
    });
    const nothing = { output: { pages: { equal: 0, different: 0, unknown: 100 } } };
    expect(judgeImageMemory(nothing).isGood).to.equal(false);
    expect(judgeImageMemory({ failure: 'no such file' }).text).to.equal('no such file');
  });
});

describe('the CPUs of an image', () => {
  const right = { rip: '0xffffffff81000010', cr3: '0x2a10000', cr4: '0x6f0' };

  it('are equal in each register that both have', () => {
    const result = { output: { cpus: [{ registers: right }] } };
    expect(judgeImageCpus(result, cpus)).to.deep.equal({ text: '3 equal', isGood: true });
  });

  it('may be in no image', () => {
    expect(judgeImageCpus({ output: { cpus: [] } }, cpus)).to.deep.equal({
      text: 'none',
      isGood: true,
    });
  });

  it('are wrong where a register, or their number, is another', () => {
    const other = { output: { cpus: [{ registers: { ...right, cr3: '0x2a11000' } }] } };
    expect(judgeImageCpus(other, cpus)).to.deep.equal({ text: 'cr3 of 0 differ', isGood: false });
    const two = { output: { cpus: [{ registers: right }, { registers: right }] } };
    expect(judgeImageCpus(two, cpus)).to.deep.equal({ text: '2 CPUs, not 1', isGood: false });
    expect(judgeImageCpus({ output: { cpus: [{ registers: {} }] } }, cpus).isGood).to.equal(false);
  });
});
