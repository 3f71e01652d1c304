import { neededLibraries } from '@vmcorekit/lab/initramfs/needed-libraries';
import { expect } from 'chai';

const headerInBytes = 64;
const programHeaderInBytes = 56;
const loadAddress = 0x10000;
const dynamicAt = 0x200;
const stringsAt = 0x300;

/** A library with one PT_LOAD and a PT_DYNAMIC that needs these names. */
function makeLibrary(names: readonly string[]): Buffer {
  const file = Buffer.alloc(0x400);
  file.writeBigUInt64LE(BigInt(headerInBytes), 32); // e_phoff
  file.writeUInt16LE(2, 56); // e_phnum
  const tags = names.map((name) => {
    const table = file.toString('latin1', stringsAt);
    const offset = table.indexOf('\0\0') + 1;
    file.write(name, stringsAt + offset, 'latin1');
    return [1, offset]; // DT_NEEDED
  });
  const dynamic = [...tags, [5, loadAddress + stringsAt], [0, 0]]; // DT_STRTAB, DT_NULL
  dynamic.flat().forEach((word, index) => {
    file.writeBigUInt64LE(BigInt(word), dynamicAt + index * 8);
  });
  const segments = [
    { type: 1, offset: 0, sizeInBytes: file.length },
    { type: 2, offset: dynamicAt, sizeInBytes: dynamic.length * 16 },
  ];
  segments.forEach(({ type, offset, sizeInBytes }, index) => {
    const at = headerInBytes + index * programHeaderInBytes;
    file.writeUInt32LE(type, at);
    file.writeBigUInt64LE(BigInt(offset), at + 8);
    file.writeBigUInt64LE(BigInt(loadAddress + offset), at + 16);
    file.writeBigUInt64LE(BigInt(sizeInBytes), at + 32);
  });
  return file;
}

describe('the libraries that a packaged program needs', () => {
  it('are named by its dynamic section, whose addresses are not places in the file', () => {
    expect(neededLibraries(makeLibrary(['libz.so.1', 'libc.so.6']))).to.deep.equal([
      'libz.so.1',
      'libc.so.6',
    ]);
  });

  it('are none of a program that is linked statically', () => {
    const file = Buffer.alloc(headerInBytes);
    expect(neededLibraries(file)).to.deep.equal([]);
  });
});
