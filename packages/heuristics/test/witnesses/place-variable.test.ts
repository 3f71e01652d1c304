import type { HeuristicContext, KernelView, SymbolTable, Testimony } from '@vmcorekit/core';
import { placeVariable } from '@vmcorekit/heuristics';
import { arm64Layout } from '@vmcorekit/linux';
import { linearMemory, SparseMemory, withoutProgress } from '@vmcorekit/testing';
import { expect } from 'chai';

const variableAt = 0xffff_bf56_5000_1008n;
const imageOffset = 0xffff_bf56_17a0_0000n;

/** What the witness says of a candidate whose kernel's variable holds a value. */
function testimoniesOf(value: bigint | null, hasSymbol: boolean = true): Testimony[] {
  const memory = new SparseMemory({ ranges: [{ start: 0x4000_0000, end: 0x4001_0000 }] });
  if (value !== null) {
    memory.writeUint64(0x4000_1008, value);
  }
  const mapping = {
    virtualAddress: variableAt - 8n,
    physicalAddress: value === null ? 0x5000_1000 : 0x4000_1000,
    lengthInBytes: 0x1000,
  };
  const symbols = {
    find: (name: string) =>
      hasSymbol && name === 'kimage_voffset' ? { name, address: variableAt } : undefined,
  } as unknown as SymbolTable;
  const dump = { layout: arm64Layout } as HeuristicContext['dump'];
  const kernel = {
    dump,
    symbols,
    memory: linearMemory(memory, [mapping]),
  } as unknown as KernelView;
  const context = { dump } as HeuristicContext;
  return withoutProgress(placeVariable.testify(context, { kernel, claim: { imageOffset } }));
}

describe('place-variable', () => {
  it('proves the candidate whose offset kimage_voffset holds', () => {
    const [said, ...more] = testimoniesOf(imageOffset);
    expect(more).to.deep.equal([]);
    expect(said?.stance).to.equal('for');
    expect(said?.strength).to.equal('proof');
    expect(said?.claim).to.deep.equal({ imageOffset });
  });

  it('denies a candidate of another offset', () => {
    const [said] = testimoniesOf(imageOffset + 0x20_0000n);
    expect(said?.stance).to.equal('against');
    expect(said?.claim).to.deep.equal({ imageOffset: imageOffset + 0x20_0000n });
  });

  it('says nothing where the variable is lost or has no symbol', () => {
    expect(testimoniesOf(null)).to.deep.equal([]);
    expect(testimoniesOf(imageOffset, false)).to.deep.equal([]);
  });
});
