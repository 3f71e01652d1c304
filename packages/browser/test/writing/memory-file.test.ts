import { expect } from 'chai';
import { MemoryFile } from '../../dist/writing/memory-file.js';

describe('MemoryFile', () => {
  it('gives the bytes written, with zeros between', async () => {
    const file = new MemoryFile();
    file.writeAt(3 * 2 ** 20 - 1, Uint8Array.of(7, 8, 9));
    file.writeAt(0, Uint8Array.of(1, 2));
    const blob = await file.commit();
    const bytes = new Uint8Array(await blob.arrayBuffer());
    expect(bytes.length).to.equal(3 * 2 ** 20 + 2);
    expect([...bytes.subarray(0, 3), ...bytes.subarray(-3)]).to.deep.equal([1, 2, 0, 7, 8, 9]);
    expect(bytes.reduce((sum, byte) => sum + byte, 0)).to.equal(27);
  });

  it('refuses more than 512 MiB with a sentence, before it takes them', () => {
    const file = new MemoryFile();
    expect(() => file.writeAt(2 ** 29 - 1, Uint8Array.of(1, 2))).to.throw(
      'a new file of more than 512 MiB in a browser',
    );
    expect(file.sizeInBytes).to.equal(0);
  });
});
