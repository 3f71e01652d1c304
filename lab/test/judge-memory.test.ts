import { judgeMemory } from '@vmcorekit/lab/check/judge-memory';
import type { Truth } from '@vmcorekit/lab/truth/truth';
import { expect } from 'chai';

const memoryMap = [
  { start: '0x00001000', end: '0x0009fbff', depth: 0, name: 'System RAM' },
  { start: '0x00100000', end: '0x07fdffff', depth: 0, name: 'System RAM' },
  { start: '0x100000000', end: '0x107ffffff', depth: 0, name: 'System RAM' },
  { start: '0xfed00000', end: '0xfed003ff', depth: 0, name: 'HPET 0' },
];
const truth = { memoryInMebibytes: 256, kernels: [{ memoryMap }] } as unknown as Truth;

function listing(...ranges: readonly (readonly [string, string])[]): {
  output: { memory: { ranges: { start: string; end: string }[] }; cpus: [] };
} {
  return {
    output: { memory: { ranges: ranges.map(([start, end]) => ({ start, end })) }, cpus: [] },
  };
}

describe('the judgement of a memory listing', () => {
  it('is right when every whole page of System RAM is there', () => {
    expect(
      judgeMemory(listing(['0x0', '0x8000000'], ['0x100000000', '0x108000000']), truth).outcome,
    ).to.equal('right');
  });

  it('is wrong when a part above 4 GB is missing, and says where', () => {
    expect(judgeMemory(listing(['0x0', '0x10000000']), truth)).to.deep.equal({
      outcome: 'wrong',
      because: 'no memory at 0x100000000',
    });
  });

  it('is wrong when there is less than the guest was given', () => {
    expect(judgeMemory(listing(['0x0', '0x8000000']), truth).because).to.equal(
      '134217728 bytes of memory, not 256 MB',
    );
  });

  it('is failed when the dump does not open', () => {
    expect(judgeMemory({ failure: 'no format claims this file' }, truth).outcome).to.equal(
      'failed',
    );
  });
});
