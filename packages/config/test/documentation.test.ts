import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configSchema, loadConfiguration } from '@vmcorekit/config';
import { expect } from 'chai';
import { folderWith } from './support/folder.ts';

const documentation = readFileSync(
  new URL('../../../docs/configuration.md', import.meta.url),
  'utf8',
);

function blocks(language: string): string[] {
  return [...documentation.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(
    ([, text = '']) => text,
  );
}

describe('docs/configuration.md', () => {
  it('shows code that runs', async () => {
    const [code = ''] = blocks('js');
    const here = dirname(fileURLToPath(import.meta.resolve('@vmcorekit/config')));
    const folder = folderWith({
      'site.mjs': code.replace("'@vmcorekit/config'", JSON.stringify(join(here, 'index.js'))),
    });
    const { rules } = await loadConfiguration({ folder, env: {}, given: 'site.mjs' });
    expect(rules[0]?.rule.timeLimit).to.equal('10 s');
  });

  it('names every condition and setting there is', () => {
    const { rule } = (
      configSchema as { definitions: { rule: { properties: { match: { properties: object } } } } }
    ).definitions;
    const names = [
      ...Object.keys(rule.properties),
      ...Object.keys(rule.properties.match.properties),
    ];
    expect(
      names.filter((name) => !documentation.includes(`\`${name}\``) && name !== 'name'),
    ).to.deep.equal([]);
  });
});
