import type { Dump, MemoryLayout, Verdict } from '@vmcorekit/core';
import { memoryImage, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { answerOf, type LayoutTry } from '../../dist/search/answer-layouts.js';

const because = 'the kernel has memory from 0x13ffff000 to 0x140000000, where the file has none';

/** The verdict on a certain kernel in a layout that the user gave. */
function answered(outcome: LayoutTry['judgement']['outcome']): Verdict | undefined {
  const layout: MemoryLayout = {
    name: '0x0 to 0x100000000',
    placed: [{ address: 0, lengthInBytes: 2 ** 32, fileOffset: 0 }],
    basis: 'told',
    because: 'the addresses were given',
    at: [],
    architectures: null,
  };
  const image = memoryImage(new SparseMemory({ ranges: [{ start: 0, end: 0x1000 }] }));
  const dump = { image } as unknown as Dump;
  const verdict = {
    kernel: { imageOffset: 0n, textPhysicalAddress: null },
    confidence: 'certain',
    explanation: 'phys_base is 0x0',
    qualifications: [],
    remarks: [],
  } as unknown as Verdict;
  const sign = { architecture: 'x86_64', because: 'a utsname', at: [] };
  const one = { dump, take: () => {}, takeLayout: () => {}, layout, sign, verdict };
  const tries = [{ ...one, judgement: { outcome, because } }] as unknown as LayoutTry[];
  return answerOf(dump, tries)?.verdict;
}

describe('the answer of layouts that the user gave', () => {
  it('is not certain where the kernel denies the layout, and says so', () => {
    const verdict = answered('denied');
    expect(verdict?.confidence).to.equal('probable');
    expect(verdict?.memoryLayout).to.deep.include({ isProved: false, because });
    expect(verdict?.qualifications).to.deep.equal([
      `the memory is not laid out as given, or the file is cut: ${because}`,
    ]);
  });

  it('stays certain where the kernel does not deny it', () => {
    const verdict = answered('open');
    expect(verdict?.confidence).to.equal('certain');
    expect(verdict?.memoryLayout?.because).to.equal(`the addresses were given; ${because}`);
  });
});
