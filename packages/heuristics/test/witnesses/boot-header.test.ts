import { i386, loongarch64 } from '@vmcorekit/architectures';
import type { Architecture, KernelLayout, KernelView, MappedRun, Testimony } from '@vmcorekit/core';
import { bootHeader } from '@vmcorekit/heuristics';
import { i386Layout, loongarch64Layout } from '@vmcorekit/linux';
import {
  contextFor,
  linearMemory,
  linearRoot,
  memoryDump,
  SparseMemory,
  symbolList,
  withoutProgress,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const textPhysicalAddress = 0xa00_0000;
const sizeInBytes = 0x100_0000;

interface Guest {
  readonly architecture: Architecture;
  readonly layout: KernelLayout;
  /** Headers by their distance from the text. */
  readonly headers: Readonly<Record<number, Uint8Array>>;
  readonly isWritable?: boolean;
}

function x86Header(linkedAt: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(0x268));
  view.setUint16(0x1fe, 0xaa55, true);
  view.setUint32(0x202, 0x5372_6448, true);
  view.setUint16(0x206, 0x20f, true);
  view.setUint32(0x230, 0x10_0000, true);
  view.setBigUint64(0x258, BigInt(linkedAt), true);
  view.setUint32(0x260, sizeInBytes, true);
  return new Uint8Array(view.buffer);
}

function loongarchHeader(linkedAt: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(0x40));
  view.setUint16(0, 0x5a4d, true);
  view.setBigUint64(0x10, BigInt(sizeInBytes), true);
  view.setBigUint64(0x18, BigInt(linkedAt), true);
  view.setUint32(0x38, 0x8182_23cd, true);
  return new Uint8Array(view.buffer);
}

/** The KASLR offsets that the witness states. */
function offsetsOf({ architecture, layout, headers, isWritable = true }: Guest): unknown[] {
  const imageOffset = layout.imageOffsetOf({}) ?? 0n;
  const textVirtualAddress = imageOffset + BigInt(textPhysicalAddress);
  const memory = new SparseMemory({
    ranges: [{ start: 0, end: textPhysicalAddress + sizeInBytes }],
  });
  for (const [at, header] of Object.entries(headers)) {
    memory.write(textPhysicalAddress + Number(at), header);
  }
  const run: MappedRun = {
    virtualAddress: textVirtualAddress,
    physicalAddress: textPhysicalAddress,
    lengthInBytes: sizeInBytes,
    isWritable,
    isExecutable: true,
  };
  const dump = memoryDump({ memory, architecture, layout });
  const kernel: KernelView = {
    dump,
    root: linearRoot,
    runs: [run],
    memory: linearMemory(memory, [run]),
    symbols: symbolList({}),
  };
  const claim = { imageOffset, textVirtualAddress, textPhysicalAddress };
  const testimonies = bootHeader.testify(contextFor(dump), { claim, kernel });
  return withoutProgress<Testimony>(testimonies).map((each) => each.claim.kaslrOffset);
}

describe('the witness of boot headers', () => {
  const ofI386 = { architecture: i386, layout: i386Layout };
  const ofLoongarch = { architecture: loongarch64, layout: loongarch64Layout };

  it("proves i386's KASLR offset by boot_params, and LoongArch's by the image", () => {
    expect(offsetsOf({ ...ofI386, headers: { 15178144: x86Header(0x100_0000) } })).to.deep.equal([
      0x900_0000,
    ]);
    expect(offsetsOf({ ...ofLoongarch, headers: { 0: loongarchHeader(0x20_0000) } })).to.deep.equal(
      [0x9e0_0000],
    );
  });

  it('says nothing where headers differ, lie in constants, or are linked higher', () => {
    const [one, other] = [x86Header(0x100_0000), x86Header(0x200_0000)];
    const guests: Omit<Guest, 'architecture' | 'layout'>[] = [
      { headers: { 4112: one, 8208: other } },
      { headers: { 4112: one }, isWritable: false },
      { headers: { 4112: x86Header(0xb00_0000) } },
      { headers: {} },
    ];
    for (const guest of guests) {
      expect(offsetsOf({ ...ofI386, ...guest })).to.deep.equal([]);
    }
  });
});
