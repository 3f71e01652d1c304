import { neededLibraries } from '@vmcorekit/lab/initramfs/needed-libraries';
import { expect } from 'chai';

const headerInBytes = 64;
const programHeaderInBytes = 56;
const loadAddress = 0x10000;
const dynamicAt = 0x200;
const stringsAt = 0x300;

/** A library with one PT_LOAD and a PT_DYNAMIC that needs these names. */
function makeLibrary(names: readonly string[], byteOrder: 'big' | 'little'): Buffer {
  const file = Buffer.alloc(0x400);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const isLittle = byteOrder === 'little';
  const put64 = (at: number, value: number) => view.setBigUint64(at, BigInt(value), isLittle);
  file[5] = isLittle ? 1 : 2; // EI_DATA
  put64(32, headerInBytes); // e_phoff
  view.setUint16(56, 2, isLittle); // e_phnum
  const tags = names.map((name) => {
    const table = file.toString('latin1', stringsAt);
    const offset = table.indexOf('\0\0') + 1;
    file.write(name, stringsAt + offset, 'latin1');
    return [1, offset]; // DT_NEEDED
  });
  const dynamic = [...tags, [5, loadAddress + stringsAt], [0, 0]]; // DT_STRTAB, DT_NULL
  dynamic.flat().forEach((word, index) => {
    put64(dynamicAt + index * 8, word);
  });
  const segments = [
    { type: 1, offset: 0, sizeInBytes: file.length },
    { type: 2, offset: dynamicAt, sizeInBytes: dynamic.length * 16 },
  ];
  segments.forEach(({ type, offset, sizeInBytes }, index) => {
    const at = headerInBytes + index * programHeaderInBytes;
    view.setUint32(at, type, isLittle);
    put64(at + 8, offset);
    put64(at + 16, loadAddress + offset);
    put64(at + 32, sizeInBytes);
  });
  return file;
}

describe('the libraries that a packaged program needs', () => {
  for (const byteOrder of ['little', 'big'] as const) {
    it(`are named by its dynamic section, whose addresses are no places (${byteOrder}-endian)`, () => {
      expect(neededLibraries(makeLibrary(['libz.so.1', 'libc.so.6'], byteOrder))).to.deep.equal([
        'libz.so.1',
        'libc.so.6',
      ]);
    });
  }

  it('are none of a program that is linked statically', () => {
    const file = Buffer.alloc(headerInBytes);
    expect(neededLibraries(file)).to.deep.equal([]);
  });
});
