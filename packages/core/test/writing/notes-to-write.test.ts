import {
  type DumpImage,
  latin1Bytes,
  type Note,
  notesToWrite,
  type WriteOptions,
} from '@vmcorekit/core';
import { memoryImage, SparseMemory, vmcoreinfoNote } from '@vmcorekit/testing';
import { expect } from 'chai';

const cpu: Note = { name: 'CORE', type: 1, descriptor: Uint8Array.of(1, 2), fileOffset: 0 };

function image(fields: Partial<DumpImage>): DumpImage {
  return memoryImage(new SparseMemory({ ranges: [] }), fields);
}

function written(fields: Partial<DumpImage>, options: WriteOptions = {}): string[] {
  return notesToWrite(image(fields), options).map(
    (note) => `${note.name} ${String.fromCharCode(...note.descriptor)}`,
  );
}

describe('notesToWrite', () => {
  const old = {
    notes: [cpu, { ...vmcoreinfoNote('OLD=1\n'), fileOffset: 0 }],
    vmcoreinfo: 'OLD=1\n',
  };

  it('keeps the image’s notes', () => {
    expect(written(old)).to.deep.equal(['CORE \x01\x02', 'VMCOREINFO OLD=1\n']);
  });

  it('puts VMCOREINFO among the notes where the image had it elsewhere', () => {
    expect(written({ vmcoreinfo: 'A=1\n' })).to.deep.equal(['VMCOREINFO A=1\n']);
  });

  it('keeps each of several VMCOREINFO notes, the one that readers take first', () => {
    const other = { ...vmcoreinfoNote('NEW=1\n'), type: 3, fileOffset: 0 };
    const notes = [other, ...old.notes];
    expect(written({ ...old, notes })).to.deep.equal([
      'VMCOREINFO OLD=1\n',
      'VMCOREINFO NEW=1\n',
      'CORE \x01\x02',
    ]);
    expect(written({ notes, vmcoreinfo: 'A=1\n' })).to.deep.equal([
      'VMCOREINFO A=1\n',
      ...written({ notes, vmcoreinfo: null }),
    ]);
    expect(written({ ...old, notes }, { vmcoreinfo: null })).to.deep.equal(['CORE \x01\x02']);
  });

  it('takes the caller’s notes and VMCOREINFO instead, and none for null', () => {
    const notes = [{ name: 'QEMU', type: 0, descriptor: latin1Bytes('x') }];
    expect(written(old, { notes, vmcoreinfo: 'NEW=1\n' })).to.deep.equal([
      'QEMU x',
      'VMCOREINFO NEW=1\n',
    ]);
    expect(written(old, { vmcoreinfo: null })).to.deep.equal(['CORE \x01\x02']);
  });
});
