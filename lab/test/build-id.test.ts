import { findBuildId } from '@vmcorekit/lab/truth/build-id';
import { expect } from 'chai';

function note(name: string, type: number, content: Buffer): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(name.length + 1, 0);
  header.writeUInt32LE(content.length, 4);
  header.writeUInt32LE(type, 8);
  const padded = (bytes: Buffer): Buffer =>
    Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  return Buffer.concat([header, padded(Buffer.from(`${name}\0`)), padded(content)]);
}

describe('the build ID among ELF notes', () => {
  const identifier = Buffer.from('00112233445566778899aabbccddeeff00112233', 'hex');

  it('is found after notes of other names and types', () => {
    const notes = Buffer.concat([
      note('Xen', 6, Buffer.from('linux')),
      note('Linux', 3, Buffer.from('not it')),
      note('GNU', 3, identifier),
    ]);
    expect(findBuildId(notes)).to.equal(identifier.toString('hex'));
  });

  it('is absent from notes that lack it, and from none', () => {
    expect(findBuildId(note('GNU', 1, identifier))).to.equal(undefined);
    expect(findBuildId(new Uint8Array())).to.equal(undefined);
  });
});
