import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import * as main from 'vmcorekit';
import { defaultPlugins } from 'vmcorekit/plugins';
import { searchPlugins } from 'vmcorekit/search-plugins';

interface Imports {
  /** Files, by address. */
  readonly files: ReadonlySet<string>;
  /** Modules of Node, as `FILE imports NAME`. */
  readonly builtins: readonly string[];
}

const imported = /(?:^|[;}\s])(?:import|export)\b(?:[\s\w{},*$]*?\bfrom\b)?\s*(['"])([^'"]+)\1/g;
const importedLater = /\bimport\(\s*(['"])([^'"]+)\1/g;

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/**
 * What a module of the workspace imports, and so on. Packages of others count by the name that is
 * imported, but are not walked: they come with browser builds of their own.
 */
function walk(entry: string): Imports {
  const files = new Set<string>();
  const builtins: string[] = [];
  const waiting = [entry];
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (files.has(url)) {
      continue;
    }
    files.add(url);
    const text = withoutComments(readFileSync(fileURLToPath(url), 'utf8'));
    for (const [, , name = ''] of [...text.matchAll(imported), ...text.matchAll(importedLater)]) {
      if (isBuiltin(name)) {
        builtins.push(`${url} imports ${name}`);
      } else if (name.startsWith('.')) {
        waiting.push(new URL(name, url).href);
      } else if (name.startsWith('@vmcorekit/')) {
        waiting.push(import.meta.resolve(name));
      }
    }
  }
  return { files, builtins };
}

describe('vmcorekit/plugins', () => {
  it('imports nothing of Node, however deep', () => {
    const { files, builtins } = walk(import.meta.resolve('vmcorekit/plugins'));
    const missing = [...files].filter((url) => !existsSync(fileURLToPath(url)));
    expect(missing).to.deep.equal([]);
    expect(files.size).to.be.above(100);
    expect(builtins).to.deep.equal([]);
  });

  it('has a neighbour for writing dumps that imports nothing of Node either', () => {
    const { files, builtins } = walk(import.meta.resolve('vmcorekit/writing'));
    expect([...files].filter((url) => !existsSync(fileURLToPath(url)))).to.deep.equal([]);
    expect(builtins).to.deep.equal([]);
  });

  it('is walked by a test that sees what the main entry imports of Node', () => {
    const { builtins } = walk(import.meta.resolve('vmcorekit'));
    expect(builtins.join('\n'))
      .to.include('imports node:fs')
      .and.include('imports node:worker_threads');
  });

  it('has a neighbour that lacks the analyzers, and never imports them', () => {
    const names = (plugins: readonly { readonly name: string }[]): string[] =>
      plugins.map(({ name }) => name);
    expect([...names(searchPlugins), '@vmcorekit/analyzers']).to.deep.equal(names(defaultPlugins));
    expect(searchPlugins.flatMap(({ analyzers }) => analyzers ?? [])).to.deep.equal([]);
    const { files } = walk(import.meta.resolve('vmcorekit/search-plugins'));
    expect([...files].filter((url) => url.includes('/analyzers/'))).to.deep.equal([]);
  });

  it('lacks only the openers of files and addresses, which the main entry adds', () => {
    const names = (plugins: readonly { readonly name: string }[]): string[] =>
      plugins.map(({ name }) => name);
    expect(names(main.defaultPlugins)).to.deep.equal([
      '@vmcorekit/node',
      '@vmcorekit/source-http',
      '@vmcorekit/source-s3',
      ...names(defaultPlugins),
    ]);
    expect(defaultPlugins.flatMap(({ sources }) => sources ?? [])).to.deep.equal([]);
  });
});
