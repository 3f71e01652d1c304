import { expect } from 'chai';
import { root } from './support/sources.ts';

interface Finding {
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

type Check = (text: string, kind: 'code' | 'markdown' | 'plain') => readonly Finding[];

let findings: Check;
let longSentences: Check;

before(async () => {
  const script = new URL('scripts/english/findings.mjs', root).href;
  ({ findings, longSentences } = (await import(script)) as {
    findings: Check;
    longSentences: Check;
  });
});

/** The findings as `line rule`. */
function places(list: readonly Finding[]): string[] {
  return list.map(({ line, rule }) => `${line} ${rule}`);
}

function lines(...list: string[]): string {
  return `${list.join('\n')}\n`;
}

const wide = 'word '.repeat(21).trim();
const sentence = 'one '.repeat(26).trim();

describe('the check of plain English', () => {
  it('reports a word to avoid in a comment, with what to write instead', () => {
    expect(findings(lines('const a = 1;', '// What lies behind it.'), 'code')).to.deep.equal([
      { line: 2, rule: 'word', message: "'behind': write after" },
    ]);
  });

  it('finds words that two lines of a comment share', () => {
    const block = lines('/**', ' * A format of one’s', ' * own.', ' */');
    expect(places(findings(block, 'code'))).to.deep.equal(['2 word']);
    const list = lines('// A format of one’s', '// own.', 'run();');
    expect(places(findings(list, 'code'))).to.deep.equal(['1 word']);
  });

  it('reads messages, but no single word, identifier, code or regular expression', () => {
    const text = lines(
      "const message = 'it told nothing';",
      `const other = \`\${told} by /behind/\`;`,
      "const kind: EvidenceKind = 'told';",
      'const told = /he told/.test(name);',
      "// The kind `told`, or 'told', is an identifier.",
    );
    expect(places(findings(text, 'code'))).to.deep.equal(['1 word', '2 word']);
  });

  it('looks past the quotes inside templates and regular expressions', () => {
    const text = lines(
      `const quote = /["\`']/.exec(\`\${a.map((b) => \`it’s \${b}\`)} "\`);`,
      '// Written anew.',
    );
    expect(places(findings(text, 'code'))).to.deep.equal(['2 word']);
  });

  it('takes a sentence that begins with Who for a question only with its mark', () => {
    const text = lines('// Who reads this has the page. Who captured it?', 'f();', '// Who calls');
    expect(places(findings(text, 'code'))).to.deep.equal(['1 word', '3 word']);
  });

  it('reads paragraphs of Markdown without samples, code and addresses', () => {
    const text = lines(
      'It lies behind.',
      '',
      '    cat behind',
      '',
      '```sh',
      'told',
      '```',
      'See `told` and [this](behind.md).',
      '* an item',
      '    that nobody reads',
    );
    expect(places(findings(text, 'markdown'))).to.deep.equal(['1 word', '10 word']);
  });

  it('reads only the comments of other texts', () => {
    expect(places(findings(lines('# behind', 'cat behind'), 'plain'))).to.deep.equal(['1 word']);
  });

  it('counts characters, not bytes, up to column 100', () => {
    expect(findings(lines(`// ${'–'.repeat(97)}`), 'code')).to.deep.equal([]);
    expect(findings(lines(`// ${'–'.repeat(98)}`), 'code')).to.deep.equal([
      { line: 1, rule: 'width', message: '101 columns' },
    ]);
  });

  it('lets tables, samples, addresses and long literals be wide', () => {
    const table = lines(`| ${wide} |`, '', `    ${wide}`, '', `https://a.b/${'c'.repeat(100)}`);
    expect(findings(table, 'markdown')).to.deep.equal([]);
    expect(findings(lines(`const text = '${wide}';`), 'code')).to.deep.equal([]);
    expect(places(findings(lines(wide), 'markdown'))).to.deep.equal(['1 width']);
  });

  it('reports a test title of more than 80 characters, over its lines', () => {
    const part = 'a'.repeat(41);
    expect(findings(lines(`  it('${part}' +`, `    '${part}', run);`), 'code')).to.deep.equal([
      { line: 1, rule: 'title', message: `a title of 82 characters: '${part}${part}'` },
    ]);
    expect(findings(lines(`  it('${'a'.repeat(80)}', run);`), 'code')).to.deep.equal([]);
  });

  it('lists sentences of more than 25 words', () => {
    const text = lines('Short.', '', `${sentence}.`, '', `One. ${sentence.slice(4)}`);
    expect(longSentences(text, 'markdown')).to.deep.equal([
      { line: 3, rule: 'sentence', message: '26 words' },
    ]);
  });
});
