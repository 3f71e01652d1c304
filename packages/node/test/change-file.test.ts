import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileChange } from '@vmcorekit/core';
import {
  changeFile,
  encodeUndoRecord,
  holdsBefore,
  isUnchanged,
  parseUndoRecord,
  undoChanges,
} from '@vmcorekit/node';
import { expect } from 'chai';
import fc from 'fast-check';

describe('changing a file in place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-'));
  const path = join(folder, 'dump');
  after(() => rmSync(folder, { recursive: true }));

  const original = Buffer.from('0123456789');
  const changes: readonly FileChange[] = [
    { fileOffset: 10, what: 'notes', before: Buffer.from(''), after: Buffer.from('NOTES') },
    { fileOffset: 2, what: 'field', before: Buffer.from('23'), after: Buffer.from('XY') },
  ];
  const record = { file: path, sizeInBytes: 10, changes };

  it('sets fields, and makes the file longer', () => {
    writeFileSync(path, original);
    changeFile(path, changes);
    expect(readFileSync(path, 'latin1')).to.equal('01XY456789NOTES');
  });

  it('touches nothing where the file holds other bytes than expected', () => {
    writeFileSync(path, '01zz456789');
    expect(() => changeFile(path, changes)).to.throw(
      'holds other bytes at 0x2 (field) than expected',
    );
    expect(readFileSync(path, 'latin1')).to.equal('01zz456789');
  });

  it('restores bytes and length through an undo file, whatever was changed', () => {
    const cases = fc.record({
      bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
      at: fc.nat(63),
      field: fc.uint8Array({ minLength: 1, maxLength: 8 }),
      added: fc.uint8Array({ minLength: 1, maxLength: 32 }),
    });
    fc.assert(
      fc.property(cases, ({ bytes, at, field, added }) => {
        const fileOffset = at % bytes.length;
        const after = field.subarray(0, bytes.length - fileOffset);
        const some: FileChange[] = [
          { fileOffset: bytes.length, what: 'added', before: new Uint8Array(0), after: added },
          {
            fileOffset,
            what: 'field',
            before: bytes.slice(fileOffset, fileOffset + after.length),
            after,
          },
        ];
        writeFileSync(path, bytes);
        changeFile(path, some);
        const text = encodeUndoRecord({ file: path, sizeInBytes: bytes.length, changes: some });
        undoChanges(path, parseUndoRecord(text));
        expect([...readFileSync(path)]).to.deep.equal([...bytes]);
      }),
      { numRuns: 50 },
    );
  });

  it('restores a file whose change was interrupted', () => {
    for (const contents of [
      '0123456789',
      '0123456789NOT',
      '0123456789NOTES',
      '01XY456789NOTES',
      '01XY456789',
    ]) {
      writeFileSync(path, contents);
      undoChanges(path, record);
      expect(readFileSync(path), contents).to.deep.equal(original);
    }
  });

  it('distinguishes an unchanged file from a changed one, also in part', () => {
    for (const [contents, unchanged, before] of [
      ['0123456789', true, true],
      ['0123456789NO', false, true],
      ['01XY456789', false, false],
      ['01234', false, true],
      ['01XY456789NOTES', false, false],
    ] as const) {
      writeFileSync(path, contents);
      expect([isUnchanged(path, record), holdsBefore(path, record)], contents).to.deep.equal([
        unchanged,
        before,
      ]);
    }
  });

  it('refuses to restore a file that was changed since, and touches nothing', () => {
    for (const [contents, because] of [
      ['01zz456789NOTES', 'holds other bytes at 0x2 (field)'],
      // What was appended was cut off unseen.
      ['01XY456789notes', 'holds other bytes at 0xa (notes)'],
      [
        '01XY456789NOTES and more',
        'has 24 bytes; the undo file is of one that had 10, and 15 when it was changed',
      ],
    ] as const) {
      writeFileSync(path, contents);
      expect(() => undoChanges(path, record)).to.throw(because);
      expect(readFileSync(path, 'latin1')).to.equal(contents);
    }
  });

  // Such a record cut a file where nothing had been appended, or wrote wherever it said.
  for (const [what, sizeInBytes, ...rows] of [
    ['changes bytes after the former end', 10, [9, '39', '58'], [9, '3930', '5858']],
    ['changes bytes twice', 10, [2, '3233', '5859'], [3, '33', '5a']],
    ['puts back fewer bytes than it takes', 10, [2, '32', '5859']],
    ['puts bytes after the end that were not appended', 10, [10, '', '4e'], [10, '4e', '58']],
    ['leaves a hole after the former end', 10, [11, '', '4e4f']],
    ['appends in the middle', 10, [5, '', '4e4f']],
    ['appends twice at one place', 10, [10, '', '4e'], [10, '', '4e4f']],
    ['appends nothing', 10, [10, '', '']],
  ] as const) {
    it(`refuses a record that ${what}`, () => {
      const some = rows.map(([fileOffset, before, after]) => ({
        fileOffset,
        what: 'x',
        before,
        after,
      }));
      const text = JSON.stringify({
        schema: 1,
        kind: 'vmcorekit-undo',
        file: path,
        sizeInBytes,
        changes: some,
      });
      expect(() => parseUndoRecord(text)).to.throw('undo file at 0x0: changes is');
    });
  }

  it('refuses text that is no undo file, with a typed error', () => {
    const good = JSON.parse(encodeUndoRecord(record)) as Record<string, unknown>;
    const bad: unknown[] = [
      null,
      7,
      { ...good, schema: 2 },
      { ...good, sizeInBytes: -1 },
      { ...good, changes: {} },
      { ...good, file: 1 },
    ];
    const badChanges = [
      null,
      { fileOffset: 0.5 },
      { fileOffset: 0, before: 'xy', after: '' },
      { fileOffset: 0, before: '' },
    ];
    for (const value of [...bad, ...badChanges.map((change) => ({ ...good, changes: [change] }))]) {
      expect(() => parseUndoRecord(JSON.stringify(value)), JSON.stringify(value)).to.throw(
        'undo file',
      );
    }
    expect(() => parseUndoRecord('{')).to.throw('undo file at 0x0: contents is');
  });
});
