import { findNoteArea, renameCpuNotes } from '@vmcorekit/lab/check/without-cpu-notes';
import { expect } from 'chai';

function pad(text: string): Buffer {
  return Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc((4 - (text.length % 4)) % 4)]);
}

function note(name: string, type: number, descriptor: string): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(name.length, 0);
  header.writeUInt32LE(descriptor.length, 4);
  header.writeUInt32LE(type, 8);
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
    expect(renameCpuNotes(notes)).to.deep.equal(wanted);
  });

  it("finds the notes by an ELF file's first program header", () => {
    const file = Buffer.alloc(0x200);
    file.write('\x7fELF\x02', 0, 'latin1');
    file.writeBigUInt64LE(0xc0n, 32); // e_phoff
    file.writeUInt32LE(4, 0xc0); // p_type PT_NOTE
    file.writeBigUInt64LE(0x180n, 0xc8); // p_offset
    file.writeBigUInt64LE(0x40n, 0xe0); // p_filesz
    expect(findNoteArea((offset, size) => file.subarray(offset, offset + size))).to.deep.equal({
      fileOffset: 0x180,
      sizeInBytes: 0x40,
    });
  });

  it('finds the notes by the sub header of a KDUMP file', () => {
    const file = Buffer.alloc(0x2000);
    file.write('KDUMP   ', 0, 'latin1');
    file.writeUInt32LE(0x1000, 428); // block_size
    file.writeBigUInt64LE(0x1068n, 0x1000 + 48); // offset_note
    file.writeBigUInt64LE(0x540n, 0x1000 + 56); // size_note
    expect(findNoteArea((offset, size) => file.subarray(offset, offset + size))).to.deep.equal({
      fileOffset: 0x1068,
      sizeInBytes: 0x540,
    });
  });

  it('refuses a file of another kind, and a note area beyond all measure', () => {
    const other = Buffer.from('makedumpfile'.padEnd(0x100, '\0'));
    expect(() => findNoteArea((offset, size) => other.subarray(offset, offset + size))).to.throw(
      'no note area found',
    );
    const huge = Buffer.alloc(0x2000);
    huge.write('KDUMP   ', 0, 'latin1');
    huge.writeUInt32LE(0x1000, 428); // block_size
    huge.writeBigUInt64LE(1n << 40n, 0x1000 + 56); // size_note
    expect(() => findNoteArea((offset, size) => huge.subarray(offset, offset + size))).to.throw(
      'no note area found',
    );
  });
});
