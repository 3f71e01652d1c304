import type { CompareOutput, InfoOutput } from '@vmcorekit/lab/check/probe-output';
import { judgeImageCpus, judgeImageMemory } from '@vmcorekit/lab/images/judge-image';
import { parseRegisters } from '@vmcorekit/lab/qemu/registers';
import { expect } from 'chai';

const guestCpus = parseRegisters(
  [
    '',
    'CPU#0',
    'RIP=ffffffff81000010 CPL=0',
    'CR0=80050033 CR3=0000000002a10000 CR4=000006f0',
  ].join('\n'),
);

const compared = (
  pages: Partial<CompareOutput['pages']>,
  lost: Readonly<Record<string, number>> = {},
): { output: CompareOutput } => ({
  output: {
    pages: { equal: 100, different: 0, unknown: 0, ...pages },
    differences: [{ physicalAddress: '0x100000' }],
    dumps: [{ unknownPages: {} }, { unknownPages: lost }],
  },
});

describe('the memory of an image', () => {
  it('is wrong where it lost pages that it should hold', () => {
    expect(judgeImageMemory(compared({ unknown: 2 }, { corrupt: 2 }), 1)).to.deep.equal({
      text: '2 pages are lost',
      isGood: false,
    });
  });

  it('may differ in a share of its pages where memory changed in between', () => {
    const differs = compared({ equal: 90, different: 10 });
    expect(judgeImageMemory(differs, 0.9)).to.deep.equal({
      text: '10 pages differ, 90 are equal',
      isGood: true,
    });
    expect(judgeImageMemory(differs, 0.91).isGood).to.equal(false);
    expect(judgeImageMemory(compared({ equal: 0 }), 0.1).isGood).to.equal(false);
  });

  it('may differ under ROM, which a dump shows in place of the RAM there', () => {
    const output = {
      ...compared({ different: 32 }).output,
      differences: [{ physicalAddress: '0xe0000' }, { physicalAddress: '0xe1000' }],
    };
    expect(judgeImageMemory({ output }, 1)).to.deep.equal({
      text: 'equal, but for 32 pages under ROM',
      isGood: true,
    });
    const more = { ...output, pages: { ...output.pages, different: 33 } };
    expect(judgeImageMemory({ output: more }, 1).isGood).to.equal(false);
  });

  it('is equal, or is not held', () => {
    expect(judgeImageMemory(compared({}), 1)).to.deep.equal({ text: 'equal', isGood: true });
    expect(judgeImageMemory(compared({ unknown: 3 }), 1)).to.deep.equal({
      text: 'equal, 3 pages not held',
      isGood: true,
    });
  });

  it('is wrong where one page differs, where none is held, and without an answer', () => {
    const differs = compared({ equal: 99, different: 1 });
    expect(judgeImageMemory(differs, 1)).to.deep.equal({
      text: '1 pages differ, 99 are equal',
      isGood: false,
    });
    const nothing = compared({ equal: 0, unknown: 100 });
    expect(judgeImageMemory(nothing, 1).isGood).to.equal(false);
    expect(judgeImageMemory({ failure: 'no such file' }, 1).text).to.equal('no such file');
  });
});

const infoOf = (...cpus: readonly Readonly<Record<string, string>>[]): { output: InfoOutput } => ({
  output: { memory: { ranges: [] }, cpus: cpus.map((registers) => ({ registers })) },
});

describe('the CPUs of an image', () => {
  const right = { rip: '0xffffffff81000010', cr3: '0x2a10000', cr4: '0x6f0' };

  it('are equal in each register that both have', () => {
    const result = infoOf(right);
    expect(judgeImageCpus(result, guestCpus)).to.deep.equal({ text: '3 equal', isGood: true });
  });

  it('may be in no image', () => {
    expect(judgeImageCpus(infoOf(), guestCpus)).to.deep.equal({
      text: 'none',
      isGood: true,
    });
  });

  it('are wrong where a register, or their number, is another', () => {
    const other = infoOf({ ...right, cr3: '0x2a11000' });
    expect(judgeImageCpus(other, guestCpus)).to.deep.equal({
      text: 'cr3 of 0 differ',
      isGood: false,
    });
    const two = infoOf(right, right);
    expect(judgeImageCpus(two, guestCpus)).to.deep.equal({ text: '2 CPUs, not 1', isGood: false });
    expect(judgeImageCpus(infoOf({}), guestCpus).isGood).to.equal(false);
  });
});
