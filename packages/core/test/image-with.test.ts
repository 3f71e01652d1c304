import { expect } from 'chai';
import { type Damage, type DumpImage, imageWith, type Note } from '../dist/index.js';

const note: Note = { name: 'QEMU', type: 0, descriptor: Uint8Array.of(1), fileOffset: 0x1068 };

function imageOf(damage: Damage[], onDispose: () => void): DumpImage {
  return {
    format: 'kdump',
    architecture: 'x86_64',
    byteOrder: 'little',
    wordSizeInBits: 64,
    memory: {} as DumpImage['memory'],
    notes: [note],
    header: new Map([['phys_base', 0n]]),
    headerOffsets: new Map([['phys_base', 0x1000]]),
    facts: { compression: 'zlib' },
    vmcoreinfo: null,
    eraseinfo: null,
    damage,
    [Symbol.dispose]: onDispose,
  };
}

describe('an image with some of its parts replaced', () => {
  it('has the new parts, and all else of the original', () => {
    const image = imageOf([], () => {});
    const changed = imageWith(image, { notes: [] });
    expect(changed.notes).to.deep.equal([]);
    expect(image.notes).to.deep.equal([note]);
    expect(changed.memory).to.equal(image.memory);
    expect(changed.header).to.equal(image.header);
    expect(changed.facts).to.equal(image.facts);
  });

  it('shows damage that the original finds later', () => {
    const damage: Damage[] = [];
    const changed = imageWith(
      imageOf(damage, () => {}),
      {},
    );
    damage.push({ name: 'page-lost', loses: 'page', detail: 'a page is corrupt' });
    expect(changed.damage).to.have.length(1);
  });

  it('disposes the original with itself', () => {
    let disposed = 0;
    imageWith(
      imageOf([], () => disposed++),
      {},
    )[Symbol.dispose]();
    expect(disposed).to.equal(1);
  });
});
