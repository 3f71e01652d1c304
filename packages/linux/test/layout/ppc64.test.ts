import { ppc64 } from '@vmcorekit/architectures';
import { VmcoreInfo } from '@vmcorekit/core';
import { kernelImageThrough, ppc64Layout, vmcoreInfoClaim } from '@vmcorekit/linux';
import { memoryDump, RadixTableBuilder, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const imageOffset = 0xc000_0000_0000_0000n;
const sizeInBytes = 0x100_0000;

/** The lines of Debian's 6.1 guest that place its kernel. */
const note = `OSRELEASE=6.1.0-50-powerpc64le
PAGESIZE=65536
SYMBOL(swapper_pg_dir)=c000000002740000
SYMBOL(_stext)=c000000000000000
KERNELOFFSET=0
`;

/** A kernel whose text begins at `text`, its root 4 MiB after it. */
function imageAt(text: number, hasVectors = false): ReturnType<typeof kernelImageThrough> {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 4 * sizeInBytes }] });
  const root = text + 0x40_0000;
  const tables = new RadixTableBuilder(memory, { root, tablesFrom: 3 * sizeInBytes });
  const map = (from: number, to: number, rights: object): void =>
    tables.map({
      virtualAddress: imageOffset + BigInt(from),
      physicalAddress: from,
      lengthInBytes: to - from,
      level: 2,
      ...rights,
    });
  if (hasVectors) {
    map(0, 0x20_0000, { isExecutable: true });
    map(0x20_0000, text, { isWritable: true });
  }
  map(text, text + 0x20_0000, { isExecutable: true });
  map(text + 0x20_0000, text + 0x80_0000, { isWritable: true });
  const dump = memoryDump({ memory, architecture: ppc64, layout: ppc64Layout });
  const [kernelRoot] = ppc64.mmu?.rootsAt(root) ?? [];
  return kernelRoot === undefined ? undefined : kernelImageThrough(dump, kernelRoot);
}

describe("ppc64's kernel layout", () => {
  it('places a kernel where its protected text begins, before its root', () => {
    const image = imageAt(0);
    expect(image?.imageOffset).to.equal(imageOffset);
    expect(image?.textStart?.physicalAddress).to.equal(0);
  });

  it('takes no vectors at 0 for the text of a capture kernel', () => {
    expect(imageAt(0x100_0000, true)?.textStart?.physicalAddress).to.equal(0x100_0000);
  });

  it('reads text and root of VMCOREINFO, but no KASLR offset, whatever KERNELOFFSET is', () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
    const dump = memoryDump({ memory, architecture: ppc64, layout: ppc64Layout });
    const claim = (text: string) => vmcoreInfoClaim(new VmcoreInfo(text), dump);
    expect(claim(`${note}NUMBER(RADIX_MMU)=1\n`).root?.tableAddress).to.equal(0x274_0000);
    expect(claim(note)).not.to.have.property('kaslrOffset');
    expect(claim(note).textVirtualAddress).to.equal(imageOffset);
    expect(claim(note.replace('_stext)=c', '_stext)=d'))).not.to.have.property(
      'textVirtualAddress',
    );
    for (const unsaid of [note, `${note}NUMBER(RADIX_MMU)=0\n`]) {
      expect(claim(unsaid)).not.to.have.property('root');
    }
  });
});
