import { findNoteArea, renameCpuNotes } from '@vmcorekit/lab/check/without-cpu-notes';
import { expect } from 'chai';

function pad(text: string): Buffer {
  return Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc((4 - (text.length % 4)) % 4)]);
}

function note(name: string, type: number, descriptor: string, isLittleEndian = true): Buffer {
  const header = Buffer.alloc(12);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  [name.length, descriptor.length, type].forEach((word, index) => {
    view.setUint32(index * 4, word, isLittleEndian);
  });
  return Buffer.concat([header, pad(name), pad(descriptor)]);
}

describe('taking the CPU notes away', () => {
  it("renames CORE's and QEMU's notes and leaves VMCOREINFO as it is", () => {
    const notes = Buffer.concat([
      note('CORE\0', 1, 'registers'),
      note('QEMU\0', 0, 'state'),
      note('VMCOREINFO\0', 0, 'OSRELEASE=6.1'),
    ]);
    const wanted = Buffer.concat([
      note('GONE\0', 0x7fffffff, 'registers'),
      note('GONE\0', 0x7fffffff, 'state'),
      note('VMCOREINFO\0', 0, 'OSRELEASE=6.1'),
    ]);
    expect(renameCpuNotes(notes, true)).to.deep.equal(wanted);
  });

  it("renames the control registers of a big-endian machine's CPU too", () => {
    const controls = note('LINUX\0', 0x304, 'registers', false);
    expect(renameCpuNotes(controls, false)).to.deep.equal(
      note('GONE!\0', 0x7fffffff, 'registers', false),
    );
  });

  it('finds the notes of a big-endian KDUMP file', () => {
    const file = Buffer.alloc(0x2000);
    file.write('KDUMP   ', 0, 'latin1');
    file.writeUInt32BE(6, 8); // header_version
    file.writeUInt32BE(0x1000, 428); // block_size
    file.writeBigUInt64BE(0x1068n, 0x1000 + 48); // offset_note
    file.writeBigUInt64BE(0x540n, 0x1000 + 56); // size_note
    expect(findNoteArea((offset, size) => file.subarray(offset, offset + size))).to.deep.equal({
      fileOffset: 0x1068,
      sizeInBytes: 0x540,
      isLittleEndian: false,
    });
  });

  it("finds the notes by an ELF file's first program header", () => {
    const file = Buffer.alloc(0x200);
    file.write('\x7fELF\x02\x01', 0, 'latin1');
    file.writeBigUInt64LE(0xc0n, 32); // e_phoff
    file.writeUInt32LE(4, 0xc0); // p_type PT_NOTE
    file.writeBigUInt64LE(0x180n, 0xc8); // p_offset
    file.writeBigUInt64LE(0x40n, 0xe0); // p_filesz
    expect(findNoteArea((offset, size) => file.subarray(offset, offset + size))).to.deep.equal({
      fileOffset: 0x180,
      sizeInBytes: 0x40,
      isLittleEndian: true,
    });
  });

  it('finds the notes of a 32-bit machine, in ELF and in KDUMP', () => {
    const elf = Buffer.alloc(0x200);
    elf.write('\x7fELF\x01\x01', 0, 'latin1');
    elf.writeUInt32LE(0x84, 28); // e_phoff
    elf.writeUInt32LE(4, 0x84); // p_type PT_NOTE
    elf.writeUInt32LE(0x180, 0x88); // p_offset
    elf.writeUInt32LE(0x40, 0x94); // p_filesz
    const kdump = Buffer.alloc(0x2000);
    kdump.write('KDUMP   ', 0, 'latin1');
    kdump.writeUInt32LE(6, 8); // header_version
    kdump.writeUInt32LE(0x1000, 416); // block_size
    kdump.writeBigUInt64LE(0x180n, 0x1000 + 32); // offset_note
    kdump.writeUInt32LE(0x40, 0x1000 + 40); // size_note
    for (const file of [elf, kdump]) {
      expect(findNoteArea((offset, size) => file.subarray(offset, offset + size))).to.deep.equal({
        fileOffset: 0x180,
        sizeInBytes: 0x40,
        isLittleEndian: true,
      });
    }
  });

  it('finds the notes by the sub header of a KDUMP file', () => {
    const file = Buffer.alloc(0x2000);
    file.write('KDUMP   ', 0, 'latin1');
    file.writeUInt32LE(6, 8); // header_version
    file.writeUInt32LE(0x1000, 428); // block_size
    file.writeBigUInt64LE(0x1068n, 0x1000 + 48); // offset_note
    file.writeBigUInt64LE(0x540n, 0x1000 + 56); // size_note
    expect(findNoteArea((offset, size) => file.subarray(offset, offset + size))).to.deep.equal({
      fileOffset: 0x1068,
      sizeInBytes: 0x540,
      isLittleEndian: true,
    });
  });

  it('refuses a file of another kind, and a note area beyond all measure', () => {
    const other = Buffer.from('makedumpfile'.padEnd(0x100, '\0'));
    expect(() => findNoteArea((offset, size) => other.subarray(offset, offset + size))).to.throw(
      'no note area found',
    );
    const huge = Buffer.alloc(0x2000);
    huge.write('KDUMP   ', 0, 'latin1');
    huge.writeUInt32LE(6, 8); // header_version
    huge.writeUInt32LE(0x1000, 428); // block_size
    huge.writeBigUInt64LE(1n << 40n, 0x1000 + 56); // size_note
    expect(() => findNoteArea((offset, size) => huge.subarray(offset, offset + size))).to.throw(
      'no note area found',
    );
  });
});
