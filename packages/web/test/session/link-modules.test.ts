import { expect } from 'chai';
import { Linker, rootsOf } from '../../dist/session/plugins/link-modules.js';
import { importsOf, withImports } from '../../dist/session/plugins/rewrite-imports.js';

const own = new Map([['@vmcorekit/core', 'blob:core']]);

describe('imports of a plug-in', () => {
  it('are found in every form, also minified, each once', () => {
    const text = `import { a } from '@vmcorekit/core';
      import"./b.js";export*from"./c.js";import{d}from'./d.js';
      const e = await import( './e.js' ); import { f } from '@vmcorekit/core';`;
    expect(importsOf(text)).to.deep.equal([
      '@vmcorekit/core',
      './b.js',
      './c.js',
      './d.js',
      './e.js',
    ]);
  });

  it('get the addresses of the modules, and no other text changes', () => {
    const text = `import{a}from"@vmcorekit/core";const from = '@vmcorekit/core', b = "x";`;
    expect(withImports(text, own)).to.equal(
      `import{a}from"blob:core";const from = '@vmcorekit/core', b = "x";`,
    );
  });
});

describe('Linker', () => {
  const link = (files: { name: string; text: string }[]): string[] => {
    const published: string[] = [];
    const linker = new Linker(files, own, (text) => `blob:${published.push(text)}`);
    for (const file of rootsOf(files)) {
      linker.addressOf(file);
    }
    return published;
  };

  it('links the files of one plug-in, and takes the one that none imports for it', () => {
    const files = [
      { name: 'index.js', text: "import { x } from './note.js';" },
      { name: 'note.js', text: "import '@vmcorekit/core';" },
    ];
    expect(rootsOf(files).map(({ name }) => name)).to.deep.equal(['index.js']);
    expect(link(files)).to.deep.equal(["import 'blob:core';", "import { x } from 'blob:1';"]);
  });

  it('says what to do about an import that is not there', () => {
    expect(() => link([{ name: 'a.js', text: "import './b.js'" }])).to.throw(
      'it imports ./b.js: give that file together with it',
    );
    expect(() => link([{ name: 'a.js', text: "import 'lodash'" }])).to.throw(
      'it imports lodash, which the page does not have: bundle it into the file',
    );
  });

  it('refuses files that import each other', () => {
    const files = [
      { name: 'root.js', text: "import './a.js'" },
      { name: 'a.js', text: "import './b.js'" },
      { name: 'b.js', text: "import './a.js'" },
    ];
    expect(() => link(files)).to.throw('a.js imports itself through another file');
  });
});
