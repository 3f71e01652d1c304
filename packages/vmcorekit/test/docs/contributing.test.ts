import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './documents.ts';

describe('CONTRIBUTING.md', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');

  it('names every script of the project', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    const missing = Object.keys(scripts).filter(
      (name) => !new RegExp(`\`npm (?:run )?${name}[ \`]`).test(text),
    );
    expect(missing).to.deep.equal([]);
  });

  it('has every package in its tree', () => {
    const missing = readdirSync(join(root, 'packages')).filter(
      (name) => !text.includes(`\`packages/${name}\``),
    );
    expect(missing).to.deep.equal([]);
  });
});
