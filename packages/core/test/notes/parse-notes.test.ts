import { encodeNoteArea, encodeNotes, maxNoteBytes, maxNotes, parseNotes } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

const note = fc.record({
  name: fc.string({ unit: fc.constantFrom('A', 'Q', 'E', '_'), minLength: 1, maxLength: 9 }),
  type: fc.nat(),
  descriptor: fc.uint8Array({ maxLength: 40 }),
});
const byteOrder = fc.constantFrom('little' as const, 'big' as const);

describe('notes', () => {
  it('read back as they were written, in both byte orders', () => {
    fc.assert(
      fc.property(fc.array(note, { maxLength: 6 }), byteOrder, (notes, order) => {
        const parsed = parseNotes(encodeNotes(notes, order), order, 0x40);
        expect(parsed.damage).to.deep.equal([]);
        expect(
          parsed.notes.map(({ name, type, descriptor }) => ({ name, type, descriptor })),
        ).to.deep.equal(notes);
      }),
    );
  });

  it('keep what came before a cut, and say where the cut is', () => {
    fc.assert(
      fc.property(fc.array(note, { minLength: 1, maxLength: 5 }), fc.nat(), (notes, seed) => {
        const bytes = encodeNotes(notes, 'little');
        const cut = seed % bytes.length;
        const parsed = parseNotes(bytes.subarray(0, cut), 'little', 0);
        expect(parsed.notes.length).to.be.at.most(notes.length);
        for (const [index, kept] of parsed.notes.entries()) {
          expect(kept.descriptor).to.deep.equal(notes[index]?.descriptor);
        }
        for (const condition of parsed.damage) {
          expect(condition.name).to.equal('note-truncated');
        }
      }),
    );
  });

  it('give no more than the bytes can hold, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), byteOrder, (bytes, order) => {
        const { notes } = parseNotes(bytes, order, 0);
        const total = notes.reduce((sum, each) => sum + 12 + each.descriptor.length, 0);
        expect(total).to.be.at.most(bytes.length + 3);
      }),
    );
  });

  // Found by hand: 64 MiB of notes of no bytes took 1.9 GB, and `info` ended with an internal error
  // over its table of them.
  it('are read up to a number that no machine has, and the rest is reported', () => {
    const bytes = new Uint8Array(12 * (maxNotes + 5));
    for (let at = 8; at < bytes.length; at += 12) {
      bytes[at] = 1;
    }
    const { notes, damage } = parseNotes(bytes, 'little', 0x100);
    expect(notes).to.have.length(maxNotes);
    expect(damage.map(({ name, fileOffset }) => [name, fileOffset])).to.deep.equal([
      ['notes-clipped', 0x100 + 12 * maxNotes],
    ]);
  });

  it('lose only the NULs at the end of a name: FOO\\0z was read as FOO', () => {
    const named = (name: string) => ({ name, type: 1, descriptor: Uint8Array.of(1) });
    const bytes = encodeNotes([named('CORE\0\0\0'), named('FOO\0z')], 'little');
    expect(parseNotes(bytes, 'little', 0).notes.map(({ name }) => name)).to.deep.equal([
      'CORE',
      'FOO\0z',
    ]);
  });

  it('are not written where no reader takes them: too many, or too long together', () => {
    const empty = { name: 'X', type: 1, descriptor: new Uint8Array(0) };
    const many = Array.from({ length: maxNotes + 1 }, () => empty);
    const long = { ...empty, descriptor: new Uint8Array(maxNoteBytes - 16) };
    expect(() => encodeNoteArea(many, 'little')).to.throw(
      /131073 notes of 2097168 bytes in one file/,
    );
    expect(() => encodeNoteArea([long, empty], 'little')).to.throw(
      /2 notes of 67108880 bytes in one file/,
    );
    expect(encodeNoteArea([long], 'little')).to.have.length(maxNoteBytes);
  });
});
