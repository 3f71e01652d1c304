import { type Note, VMCOREINFO_NOTE_NAME } from '@vmcorekit/core';
import { expect } from 'chai';
import { build, conditionNames, open, opened, pageOf } from './support/dump.ts';

const pages = [{ pfn: 0, bytes: pageOf(0) }];
const note: Pick<Note, 'name' | 'type' | 'descriptor'> = {
  name: 'CORE',
  type: 1,
  descriptor: new Uint8Array(336),
};
const infoNote = {
  name: VMCOREINFO_NOTE_NAME,
  type: 0,
  descriptor: new TextEncoder().encode('OSRELEASE=note\n'),
};

describe('what a KDUMP sub header points to', () => {
  it('includes VMCOREINFO as a note where offset_vmcoreinfo is 0', async () => {
    expect((await opened({ pages, notes: [note, infoNote] })).vmcoreinfo).to.equal(
      'OSRELEASE=note\n',
    );
  });

  it('includes VMCOREINFO where offset_vmcoreinfo says', async () => {
    expect(
      (await opened({ pages, notes: [note], vmcoreinfo: 'OSRELEASE=6.1\n' })).vmcoreinfo,
    ).to.equal('OSRELEASE=6.1\n');
  });

  it('may come after the pages, as in a file repaired in place', async () => {
    const file = build({ pages, notes: [note] });
    const text = new TextEncoder().encode('OSRELEASE=mended\n');
    const bytes = new Uint8Array(file.bytes.length + text.length);
    bytes.set(file.bytes);
    bytes.set(text, file.bytes.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(file.fieldOffsets.get('offset_vmcoreinfo') ?? 0, file.bytes.length, true);
    view.setUint32(file.fieldOffsets.get('size_vmcoreinfo') ?? 0, text.length, true);
    expect((await open(bytes)).vmcoreinfo).to.equal('OSRELEASE=mended\n');
  });

  it('is read but for an area outside the file, which is named', async () => {
    for (const area of ['note', 'vmcoreinfo', 'eraseinfo']) {
      for (const offset of [1 << 30, 2n ** 60n, 2n ** 64n - 1n]) {
        const image = await opened({
          pages,
          notes: [note, infoNote],
          vmcoreinfo: 'OSRELEASE=6.1\n',
          eraseinfo: 'erased\n',
          fields: { [`offset_${area}`]: offset },
        });
        expect(conditionNames(image)).to.deep.equal([`${area}-unreadable`]);
        expect(image.notes.length).to.equal(area === 'note' ? 0 : 2);
        expect(image.vmcoreinfo).to.equal(
          area === 'vmcoreinfo' ? 'OSRELEASE=note\n' : 'OSRELEASE=6.1\n',
        );
        expect(image.eraseinfo).to.equal(area === 'eraseinfo' ? null : 'erased\n');
      }
    }
  });

  it('is never allocated by its own word', async () => {
    for (const size of [2n ** 63n + 1n, 2n ** 40n, 1n << 31n]) {
      const image = await opened({ pages, notes: [note], fields: { size_note: size } });
      expect(conditionNames(image)).to.deep.equal(['note-unreadable']);
      // A size from 2^53 on was rounded.
      expect(image.damage[0]?.detail).to.include(`size_note is 0x${size.toString(16)}, wanted`);
    }
  });

  it('is named with its offset as it is, also from 2^53 on', async () => {
    const image = await opened({ pages, notes: [note], fields: { offset_note: 2n ** 60n + 1n } });
    expect(image.damage[0]?.detail).to.include(
      'offset_note is 0x1000000000000001, wanted a number below 2^53',
    );
  });
});
