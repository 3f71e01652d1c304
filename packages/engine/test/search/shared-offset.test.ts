import type { CandidateFinding, KernelLayout, MappedRun, TranslationRoot } from '@vmcorekit/core';
import { linearRoot, memoryImage, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { Blackboard } from '../../dist/search/blackboard.js';
import { ImageWindows } from '../../dist/search/image-windows.js';

const imageOffset = 0xc000_0000_0000_0000n;

/** A machine that shows all memory in one window. */
const layout: KernelLayout = {
  name: 'windowed',
  imageAlignmentInBytes: 0x1000,
  usualTextLinkAddress: null,
  rootTableSymbols: [],
  isOffsetShared: true,
  imageWindow: () => ({ start: imageOffset, end: imageOffset + 0x1_0000_0000n }),
  imageOffsetOf: () => imageOffset,
  physBaseOf: () => null,
  readVmcoreInfo: () => ({ claim: {} }),
};

function finding(fields: Partial<CandidateFinding>): CandidateFinding {
  return {
    kind: 'candidate',
    evidence: 'paging',
    strength: 'strong',
    claim: {},
    because: 'a test',
    at: [],
    ...fields,
  };
}

describe('kernels that share an image offset', () => {
  it('are distinguished by the place of their text, physical or virtual', () => {
    const board = new Blackboard(layout);
    for (const claim of [
      { textPhysicalAddress: 0x1000 },
      { textPhysicalAddress: 0x2000 },
      { textVirtualAddress: imageOffset + 0x1000n },
    ]) {
      board.add('test', finding({ claim }));
    }
    expect(
      board.candidates.map(({ textPhysicalAddress, findings }) => [
        textPhysicalAddress,
        findings.length,
      ]),
    ).to.deep.equal([
      [0x1000, 2],
      [0x2000, 1],
    ]);
  });

  it('are not named by a finding without a place of the text, first or last', () => {
    for (const claims of [
      [{ imageOffset }, { textPhysicalAddress: 0x1000 }],
      [{ textPhysicalAddress: 0x1000 }, { imageOffset }],
    ]) {
      const board = new Blackboard(layout);
      for (const claim of claims) {
        board.add('test', finding({ claim, namedByFile: 'imageOffset' in claim }));
      }
      expect(board.candidates.map(({ isNamedByFile }) => isNamedByFile)).to.deep.equal([false]);
      expect(board.unplaced).to.have.length(1);
    }
  });

  it('are chosen by the place of their text, which the user gives', () => {
    const board = new Blackboard(layout);
    board.add('told', finding({ evidence: 'told', claim: { textPhysicalAddress: 0x2000 } }));
    board.add('test', finding({ claim: { textPhysicalAddress: 0x1000 } }));
    board.add('test', finding({ claim: { textPhysicalAddress: 0x2000 } }));
    expect(
      board.candidates.map(({ textPhysicalAddress, isMeant }) => [textPhysicalAddress, isMeant]),
    ).to.deep.equal([
      [0x2000, true],
      [0x1000, false],
    ]);
  });

  it('are not distinguished by an assumed place', () => {
    const board = new Blackboard(layout);
    const claim = { textPhysicalAddress: 0x1000, textVirtualAddress: imageOffset + 0x1000n };
    const because = 'a test';
    board.add(
      'test',
      finding({ claim, assumes: { textPhysicalAddress: because, textVirtualAddress: because } }),
    );
    expect([board.candidates.length, board.unplaced.length]).to.deep.equal([0, 1]);
  });

  it('are mapped by the CPU whose root protects their text', () => {
    const sizeInBytes = 0x10_0000;
    const run = (physicalAddress: number, isWritable: boolean): MappedRun => ({
      virtualAddress: imageOffset + BigInt(physicalAddress),
      physicalAddress,
      lengthInBytes: sizeInBytes,
      isWritable,
      isExecutable: true,
    });
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 4 * sizeInBytes }] });
    const windows = new ImageWindows({
      image: memoryImage(memory),
      cpus: [{ index: 0, pid: 1, registers: new Map(), from: ['test'] }],
      layout,
      mmu: {
        windows: [],
        rootOf: () => linearRoot,
        tablesOf: () => ({ kind: 'unknown' }),
        mapsLinearly: () => undefined,
        runsOf: () => [run(0, true), run(sizeInBytes, false), run(2 * sizeInBytes, true)],
      },
    });
    const textAt = (textPhysicalAddress: number) =>
      windows.isMappedByCpu({ imageOffset, textPhysicalAddress });
    expect([textAt(sizeInBytes), textAt(2 * sizeInBytes), textAt(0)]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('are seen through their own roots, though others map their images as memory', () => {
    const sizeInBytes = 0x10_0000;
    const rootOf = (text: number): TranslationRoot => ({ ...linearRoot, key: String(text) });
    const texts = [0, 2 * sizeInBytes];
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 4 * sizeInBytes }] });
    const windows = new ImageWindows({
      image: memoryImage(memory),
      cpus: [],
      layout,
      mmu: {
        windows: [],
        rootOf: () => undefined,
        tablesOf: () => ({ kind: 'unknown' }),
        mapsLinearly: () => undefined,
        // Each protects its own text; the handlers of interrupts lie at 0 for all.
        runsOf: ({ key }) =>
          [0, 1, 2, 3].map((index) => ({
            virtualAddress: imageOffset + BigInt(index * sizeInBytes),
            physicalAddress: index * sizeInBytes,
            lengthInBytes: sizeInBytes,
            isWritable: index * sizeInBytes !== Number(key),
            isExecutable: index === 0 || index * sizeInBytes === Number(key),
          })),
      },
    });
    const board = new Blackboard(layout);
    for (const textPhysicalAddress of texts) {
      board.add(
        'test',
        finding({ claim: { textPhysicalAddress, root: rootOf(textPhysicalAddress) } }),
      );
    }
    const views = board.candidates.map((candidate) => windows.view(candidate, texts.map(rootOf)));
    expect(views.map((view) => [view?.root.key, view?.isDisputed])).to.deep.equal([
      ['0', false],
      [String(2 * sizeInBytes), false],
    ]);
  });
});
