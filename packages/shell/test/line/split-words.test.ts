import { LineError, splitWords } from '@vmcorekit/shell';
import { expect } from 'chai';
import fc from 'fast-check';

describe('splitWords', () => {
  it('splits at blanks', () => {
    expect(splitWords('  bt  -a 1 ')).to.deep.equal({ words: ['bt', '-a', '1'], to: null });
  });

  it('keeps blanks, signs and quotes in quotes', () => {
    expect(splitWords(`find --text 'a | "b" > c' "it's \\"so\\"" d\\ e`).words).to.deep.equal([
      'find',
      '--text',
      'a | "b" > c',
      `it's "so"`,
      'd e',
    ]);
  });

  it('keeps an empty word in quotes', () => {
    expect(splitWords(`p ''`).words).to.deep.equal(['p', '']);
  });

  it('gives the rest of the line to a command', () => {
    expect(splitWords('ps | grep "a  b" | wc > n').to).to.deep.equal({
      kind: 'pipe',
      command: 'grep "a  b" | wc > n',
    });
  });

  it('takes | and > in parentheses for part of an expression', () => {
    expect(splitWords('eval (0x100 >> 4)')).to.deep.equal({
      words: ['eval', '(0x100', '>>', '4)'],
      to: null,
    });
    expect(splitWords('eval (1|(2|4)) | wc')).to.deep.equal({
      words: ['eval', '(1|(2|4))'],
      to: { kind: 'pipe', command: 'wc' },
    });
    expect(splitWords('find "(" > f').to).to.deep.include({ path: 'f' });
    expect(() => splitWords('eval (1 > 2')).to.throw(LineError, /parenthesis/);
  });

  for (const [line, path, isAppended] of [
    ['ps > out', 'out', false],
    ['ps >>out', 'out', true],
    ["ps>'my file'", 'my file', false],
  ] as const) {
    it(`writes to a file: ${line}`, () => {
      expect(splitWords(line)).to.deep.equal({
        words: ['ps'],
        to: { kind: 'file', path, isAppended },
      });
    });
  }

  it('takes an arrow for part of an expression', () => {
    expect(splitWords('p init_task.mm->pgd > f')).to.deep.include({
      words: ['p', 'init_task.mm->pgd'],
    });
  });

  for (const line of ['ps |', 'ps >', 'ps > a b', 'ps > a | b', 'p "x', "p 'x"]) {
    it(`refuses ${line}`, () => {
      expect(() => splitWords(line)).to.throw(LineError);
    });
  }

  it('splits any text or says why not, and loses no plain word', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        try {
          splitWords(line);
        } catch (error) {
          expect(error).to.be.instanceOf(LineError);
        }
      }),
    );
    const word = fc.stringMatching(/^[a-z0-9_.,:=+-]{1,9}$/);
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(splitWords(words.join(' '))).to.deep.equal({ words, to: null });
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const quoted = `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
        expect(splitWords(`p ${quoted}`).words).to.deep.equal(['p', text]);
      }),
    );
  });
});
