import { i386Layout } from '@vmcorekit/linux';
import { linearMemory, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const text = 0xca00_0000n;
const sizeInBytes = 0x100_0000;

interface Fields {
  readonly preferred?: bigint;
  readonly version?: number;
  readonly flag?: number;
  readonly initSize?: number;
}

/** The header of Debian's 6.1.0-50-686, whose boot_params lie at +0xe799a0. */
function header({ preferred = 0x100_0000n, version = 0x20f, ...rest }: Fields = {}): Uint8Array {
  const bytes = new Uint8Array(0x268);
  const view = new DataView(bytes.buffer);
  view.setUint16(0x1fe, rest.flag ?? 0xaa55, true);
  bytes.set([0x48, 0x64, 0x72, 0x53], 0x202);
  view.setUint16(0x206, version, true);
  view.setUint32(0x230, 0x100_0000, true);
  view.setBigUint64(0x258, preferred, true);
  view.setUint32(0x260, rest.initSize ?? sizeInBytes, true);
  return bytes;
}

/** @param lost the places of pages that the file leaves out */
function found(
  places: Readonly<Record<number, Uint8Array>>,
  lost: readonly number[] = [],
): [bigint, bigint][] {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes + 0x2_0000 }] });
  for (const [at, bytes] of Object.entries(places)) {
    memory.write(Number(at), bytes);
  }
  for (const page of lost) {
    memory.exclude(page);
  }
  const kernel = linearMemory(memory, [
    { virtualAddress: text, physicalAddress: 0, lengthInBytes: sizeInBytes + 0x2_0000 },
  ]);
  return [...(i386Layout.bootHeadersIn?.(kernel, text) ?? [])].flatMap((each) =>
    each === undefined ? [] : [[each.address, each.linkedAt]],
  );
}

describe('the setup header in an image', () => {
  it('states the physical address that the kernel was linked for', () => {
    expect(found({ 15178144: header() })).to.deep.equal([[0xcae7_99a0n, 0x100_0000n]]);
  });

  it('is found beside pages that the file leaves out, and lost with its own', () => {
    expect(found({ 15178144: header() }, [15171584, 15179776])).to.have.length(1);
    expect(found({ 15178144: header() }, [15175680])).to.deep.equal([]);
    for (const lost of [0x1_0000, 0x1_1000]) {
      expect(found({ [0x1_1000 - 0x240]: header() }, [lost])).to.deep.equal([]);
    }
  });

  it('is found across two chunks of a search, once', () => {
    for (const at of [0xfe10, 0xfffe, 0x1_0010 - 0x202]) {
      expect(found({ [at]: header() }), String(at)).to.have.length(1);
    }
  });

  it('is no header at the start of a page, as in a file in memory given away', () => {
    expect(found({ 15175680: header() })).to.deep.equal([]);
  });

  it('lies in the image whose size it states', () => {
    expect(found({ 15178144: header({ initSize: 0xe79_000 }) })).to.deep.equal([]);
    expect(found({ 16777232: header() })).to.deep.equal([]);
  });

  it('has a boot flag, a known version and an aligned address', () => {
    for (const fields of [
      { flag: 0 },
      { version: 0x209 },
      { preferred: 0n },
      { preferred: 0x123_0000n },
    ]) {
      expect(found({ 65552: header(fields) })).to.deep.equal([]);
    }
  });

  it('may be there twice, for a caller to compare', () => {
    const all = found({ 65552: header(), 131088: header({ preferred: 0x200_0000n }) });
    expect(all.map(([, address]) => address)).to.deep.equal([0x100_0000n, 0x200_0000n]);
  });
});
