import { BufferSink, BufferSource, type Dump, latin1Bytes, type Note } from '@vmcorekit/core';
import type { Comparison } from '@vmcorekit/engine';
import { buildElf, buildKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit } from 'vmcorekit';

type NoteFields = Pick<Note, 'name' | 'type' | 'descriptor'>;

const toolkit = createDefaultToolkit();
const page = new Uint8Array(4096).fill(7);

function note(name: string, text: string, type: number = 0): NoteFields {
  return { name, type, descriptor: latin1Bytes(text) };
}

/** An ELF dump of one page with these notes. */
function elfWith(...notes: readonly NoteFields[]): Promise<Dump> {
  const { bytes } = buildElf({ segments: [{ notes }, { data: page, p_type: 1, p_paddr: 0 }] });
  return toolkit.open(new BufferSource(bytes));
}

/** A KDUMP dump of one page with these notes, and texts that only its header points to. */
function kdumpWith(
  texts: { vmcoreinfo?: string; eraseinfo?: string },
  ...notes: readonly NoteFields[]
): Promise<Dump> {
  const { bytes } = buildKdump({
    pages: [{ pfn: 0, bytes: page }],
    notes,
    ...texts,
    fields: { machine: 'x86_64' },
  });
  return toolkit.open(new BufferSource(bytes));
}

async function converted(dump: Dump, format: string): Promise<Dump> {
  const sink = new BufferSink();
  await toolkit.write(dump.image, format, sink, {});
  return await toolkit.open(new BufferSource(sink.bytes));
}

/** The notes as words, in an order of their own. */
function wordsOf({ image }: Dump): string[] {
  return image.notes
    .map(({ name, type, descriptor }) => JSON.stringify([name, type, [...descriptor]]))
    .sort();
}

function compare(first: Dump, second: Dump): Promise<Comparison> {
  return toolkit.compare(first, second);
}

const [first, second] = [note('VMCOREINFO', 'OSRELEASE=1\n'), note('VMCOREINFO', 'OSRELEASE=2\n')];

describe('convert keeps', () => {
  const dumps: readonly (readonly [string, readonly NoteFields[]])[] = [
    ['a second VMCOREINFO note', [first, note('CORE', 'x', 2), second]],
    ['a VMCOREINFO note of another type than 0', [note('VMCOREINFO', 'OSRELEASE=1\n', 3)]],
    ['an empty VMCOREINFO note, alone', [note('VMCOREINFO', '')]],
    ['an empty VMCOREINFO note, before one that is not', [note('VMCOREINFO', ''), first]],
    ['the NULs after VMCOREINFO', [note('VMCOREINFO', 'OSRELEASE=1\n\0\0')]],
    ['two ERASEINFO notes', [note('ERASEINFO', 'a'), note('ERASEINFO', 'b\0')]],
    ['what follows a NUL in a note’s name', [note('FOO\0z', 'x'), note('FOO', 'x')]],
  ];
  for (const [what, notes] of dumps) {
    it(`${what}, to KDUMP, to ELF, and back`, async () => {
      const dump = await elfWith(...notes);
      expect(dump.damage).to.deep.equal([]);
      for (const formats of [['kdump'], ['elf'], ['kdump', 'kdump'], ['kdump', 'elf']]) {
        let last = dump;
        for (const format of formats) {
          last = await converted(last, format);
        }
        expect(wordsOf(last)).to.deep.equal(wordsOf(dump));
        expect(last.image.vmcoreinfo).to.equal(dump.image.vmcoreinfo);
        expect(last.image.eraseinfo).to.equal(dump.image.eraseinfo);
        expect(await compare(dump, last)).to.deep.include({ isEqual: true });
      }
    });
  }

  it('the texts that only the header points to, first of all notes of their names', async () => {
    const texts = { vmcoreinfo: 'OSRELEASE=1\n', eraseinfo: 'a' };
    const dump = await kdumpWith(texts, second, note('ERASEINFO', 'b'));
    for (const format of ['kdump', 'elf']) {
      const { image } = await converted(dump, format);
      expect([image.vmcoreinfo, image.eraseinfo]).to.deep.equal(['OSRELEASE=1\n', 'a']);
      expect(image.notes.filter(({ name }) => name === 'VMCOREINFO').length).to.equal(2);
      expect(await compare(dump, await converted(dump, format))).to.deep.include({ isEqual: true });
    }
  });
});

describe('compare distinguishes', () => {
  const pairs: readonly (readonly [string, readonly NoteFields[], readonly NoteFields[]])[] = [
    ['a VMCOREINFO note that one dump has twice', [first, first], [first]],
    ['a second VMCOREINFO note', [first, second], [first]],
    [
      'which of two VMCOREINFO notes is the first, which readers take',
      [first, second],
      [second, first],
    ],
    [
      'VMCOREINFO of type 3 from type 4',
      [note('VMCOREINFO', 'A=1\n', 3)],
      [note('VMCOREINFO', 'A=1\n', 4)],
    ],
    ['an empty VMCOREINFO note from none', [note('VMCOREINFO', '')], []],
    [
      'VMCOREINFO from the same with NULs after it',
      [first],
      [note('VMCOREINFO', 'OSRELEASE=1\n\0\0')],
    ],
    [
      'ERASEINFO a and b from a alone',
      [note('ERASEINFO', 'a'), note('ERASEINFO', 'b')],
      [note('ERASEINFO', 'a')],
    ],
    [
      'a note FOO from one whose name goes on after a NUL',
      [note('FOO', 'x')],
      [note('FOO\0z', 'x')],
    ],
  ];
  for (const [what, left, right] of pairs) {
    it(`${what}, in ELF and in KDUMP`, async () => {
      const dumps = [await elfWith(...left), await elfWith(...right)] as const;
      expect((await compare(...dumps)).isEqual).to.equal(false);
      const written = [
        await converted(dumps[0], 'kdump'),
        await converted(dumps[1], 'kdump'),
      ] as const;
      expect((await compare(...written)).isEqual).to.equal(false);
    });
  }

  it('nothing if VMCOREINFO is a note in one dump and only the header’s in the other', async () => {
    const kdump = await kdumpWith({ vmcoreinfo: 'OSRELEASE=1\n' });
    expect(await compare(await elfWith(first), kdump)).to.deep.include({
      isEqual: true,
      notes: { count: 1, onlyIn: [[], []] },
    });
    expect(
      (await compare(kdump, await elfWith(second))).notes.onlyIn.map((only) => only.length),
    ).to.deep.equal([1, 1]);
  });
});
