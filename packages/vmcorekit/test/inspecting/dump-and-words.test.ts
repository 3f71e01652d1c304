import { expect } from 'chai';
import { UsageError } from '../../dist/arguments/usage-error.js';
import { dumpAndWords } from '../../dist/inspecting/dump-and-words.js';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const one = [{ name: 'NAME', option: 'name' }] as const;
const maybe = [{ name: 'NAME', option: 'name', isOptional: true }] as const;
const many = [
  { name: 'TYPE', option: 'type' },
  { name: 'MEMBER', option: 'members', isOptional: true, isRepeatable: true },
] as const;

describe('dumpAndWords', () => {
  const part = writeTemporaryFile('vmcore.1', new Uint8Array(1));

  it('takes all operands for parts of the dump where no word is wanted', () => {
    expect(dumpAndWords(['a', 'b', 'c'], [])).to.deep.equal({ paths: ['a', 'b', 'c'], texts: {} });
  });

  it('takes the first operand for the dump, whether there is such a file or not', () => {
    expect(dumpAndWords(['vmcore', 'ext4'], one)).to.deep.equal({
      paths: ['vmcore'],
      texts: { name: 'ext4' },
    });
  });

  it('takes files after the dump for its further parts', () => {
    expect(dumpAndWords(['vmcore', part, 'ext4'], one)).to.deep.equal({
      paths: ['vmcore', part],
      texts: { name: 'ext4' },
    });
  });

  it('takes a plain word for a word, also where a file has that name', () => {
    const folder = process.cwd();
    process.chdir(new URL('../../..', import.meta.url).pathname);
    try {
      expect(dumpAndWords(['vmcore', 'vmcorekit'], one).texts).to.deep.equal({ name: 'vmcorekit' });
    } finally {
      process.chdir(folder);
    }
  });

  it('takes no file after the first word for a part', () => {
    expect(dumpAndWords(['vmcore', 'list_head', part], many)).to.deep.equal({
      paths: ['vmcore'],
      texts: { type: 'list_head', members: part },
    });
  });

  it('gives all that is left to a repeatable word, with spaces between', () => {
    expect(dumpAndWords(['vmcore', 'list_head', 'next', 'prev'], many).texts).to.deep.equal({
      type: 'list_head',
      members: 'next prev',
    });
  });

  it('leaves an optional word out', () => {
    expect(dumpAndWords(['vmcore'], maybe)).to.deep.equal({ paths: ['vmcore'], texts: {} });
  });

  it('asks for a word that is missing', () => {
    expect(() => dumpAndWords(['vmcore'], one)).to.throw(UsageError, 'wanted NAME after DUMP');
  });

  it('refuses a word too many', () => {
    expect(() => dumpAndWords(['vmcore', 'a', 'b'], one)).to.throw(UsageError, "operand 'b'");
  });
});
