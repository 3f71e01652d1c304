import { loongarch64Layout } from '@vmcorekit/linux';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const text = 0x20_0000;
const stext = 0x22_0000;

/** The header of Debian's 7.2 guest. */
function headerWith(change: (view: DataView) => void = () => undefined): SparseMemory {
  const view = new DataView(new ArrayBuffer(0x40));
  view.setUint16(0, 0x5a4d, true);
  view.setBigUint64(8, 0x12e_9000n, true);
  view.setBigUint64(0x10, 0x1a0_0000n, true);
  view.setBigUint64(0x18, 0x20_0000n, true);
  view.setUint32(0x38, 0x8182_23cd, true);
  change(view);
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x100_0000 }] });
  memory.write(text, new Uint8Array(view.buffer));
  return memory;
}

function textIn(memory: SparseMemory, from: number = stext): number | undefined {
  return loongarch64Layout.textStartBefore?.(memory, from);
}

describe("the header of LoongArch's images", () => {
  it('shows where the image begins, before its text', () => {
    expect(textIn(headerWith())).to.equal(text);
  });

  it('is none without both magic numbers, or with an unaligned load address', () => {
    const changes: ((view: DataView) => void)[] = [
      (view) => view.setUint16(0, 0, true),
      (view) => view.setUint32(0x38, 0x8182_23cc, true),
      (view) => view.setBigUint64(0x18, 0x20_0001n, true),
    ];
    for (const change of changes) {
      expect(textIn(headerWith(change))).to.equal(undefined);
    }
  });

  it('belongs to the text that its image holds, and is near it', () => {
    const small = headerWith((view) => view.setBigUint64(0x10, 0x1_0000n, true));
    expect([textIn(small), textIn(headerWith(), 0x80_0000)]).to.deep.equal([undefined, undefined]);
  });
});
