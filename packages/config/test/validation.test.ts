import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema, loadConfiguration } from '@vmcorekit/config';
import { isVmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { folderWith } from './support/folder.ts';

async function messageFor(text: string, name: string = 'site.yaml'): Promise<string> {
  const folder = folderWith({ [name]: text });
  const error = await loadConfiguration({ folder, env: {}, given: name }).catch(
    (thrown: unknown) => thrown,
  );
  return isVmcorekitError(error, 'bad-config')
    ? error.message.replace(`${folder}/`, '')
    : `not refused: ${String(error)}`;
}

describe('a configuration', () => {
  const mistakes: readonly (readonly [text: string, message: string])[] = [
    [
      'rules:\n  - name: a\n    timelimit: 5 s',
      "site.yaml:3: rules[0].timelimit: there is no such key (did you mean 'timeLimit'?)",
    ],
    ['rulez: []', "site.yaml:1: rulez: there is no such key (did you mean 'rules'?)"],
    ['rules:\n  - match: { format: kdump }', 'site.yaml:2: rules[0]: lacks name'],
    [
      'rules:\n  - name: a\n    acceptAt: certan',
      'site.yaml:3: rules[0].acceptAt: is "certan", wanted certain or probable; did you mean \'certain\'?',
    ],
    [
      'rules:\n  - name: a\n    physBase: 16 MB',
      'site.yaml:3: rules[0].physBase: is "16 MB", wanted bytes: 4096, 0x1000, 32 MiB, -0x25600000',
    ],
    [
      'rules:\n  - name: a\n    match: { pagesize: 4096 }',
      "site.yaml:3: rules[0].match.pagesize: there is no such key (did you mean 'pageSize'?)",
    ],
    ['rules:\n  - name: 7', 'site.yaml:2: rules[0].name: is 7, wanted string'],
    ['rules: { name: a }', 'site.yaml:1: rules: is a mapping, wanted array'],
    [
      'rules:\n  - name: a\n    heuristics: [[step-scan, {}, 3]]',
      'site.yaml:3: rules[0].heuristics[0][2]: is an unexpected item',
    ],
    [
      'rules:\n  - name: a\n    kaslrOffset: 1 MiB',
      'site.yaml:2: rules[0]: kaslrOffset needs physBase: only together do they say where a kernel lies',
    ],
    [
      'rules: [',
      'site.yaml:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a: 1\na: 2', 'site.yaml:2: Map keys must be unique'],
    ['- 1', 'site.yaml:1: is a list, wanted object'],
    ['extends: ./absent.yaml', 'absent.yaml: cannot be read: no such file'],
    ['extends: no-such-package', "site.yaml:1: extends: 'no-such-package' is not found"],
    [
      'rules:\n  - name: a\n    match: { format: , host: x }',
      'site.yaml:3: rules[0].match.format: is empty, wanted string or array',
    ],
  ];
  for (const [text, message] of mistakes) {
    it(`is refused with file, line and key: ${message}`, async () => {
      expect((await messageFor(text)).slice(0, message.length)).to.equal(message);
    });
  }

  it('may be JSON, with its lines known as well', async () => {
    expect(await messageFor('{\n "rules": [\n  { "nam": "x" }\n ]\n}', 'site.json')).to.equal(
      "site.json:3: rules[0].nam: there is no such key (did you mean 'name'?)",
    );
  });

  // A dump given as --config by mistake: its 100,000 zeros filled the terminal.
  it('shows no more than the beginning of what it has in the place of a configuration', async () => {
    expect((await messageFor('\0'.repeat(100_000))).length).to.be.below(200);
    expect(await messageFor('x'.repeat(100))).to.match(/^site\.yaml:1: is "x{59}…, wanted object$/);
  });

  it('is not read where it is longer than any configuration', async () => {
    expect(await messageFor(' '.repeat(1024 * 1024 + 1))).to.equal(
      'site.yaml: is longer than a configuration may be (1048576 bytes)',
    );
  });

  // A reader of the pipe hung, and SIGTERM and Ctrl-C did not end it.
  for (const [what, text] of [
    ['configuration', ''],
    ['preset', 'extends: ./pipe.yaml'],
  ] as const) {
    it(`is refused, not waited for, where a pipe stands in the place of a ${what}`, async () => {
      const folder = folderWith({ 'site.yaml': text });
      execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
      const request = { folder, env: {}, given: text === '' ? 'pipe.yaml' : 'site.yaml' };
      const error = await loadConfiguration(request).catch((thrown: unknown) => thrown);
      expect(isVmcorekitError(error, 'bad-config') && error.facts.because).to.match(
        /is not a regular file$/,
      );
    });
  }

  it('takes every form of heuristic and quantity that the schema allows', async () => {
    const folder = folderWith({
      'site.yaml': `rules:
  - name: all
    match: { path: ['*.a', '!b'], memorySize: { from: 4 GiB, to: 0x200000000 }, cpus: 4, pageSize: 4 KiB }
    heuristics: [vmcoreinfo-note, [step-scan, { from: 0, to: 32 MiB, step: 1 MiB }], { use: symbol-search, systemMap: '/boot/System.map-{release}' }]
    acceptAt: certain
    timeLimit: 5 s
    physBase: -0x25600000
    kaslrOffset: 636485632
`,
    });
    const { rules } = await loadConfiguration({ folder, env: {}, given: 'site.yaml' });
    expect(rules.map(({ rule }) => rule.name)).to.deep.equal(['all']);
  });

  it('refuses anything else with bad-config, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.object({
          key: fc.constantFrom('rules', 'name', 'match', 'extends', '__proto__', '~/%', '0'),
        }),
        async (value) => {
          const folder = folderWith({ 'site.json': JSON.stringify({ rules: [value] }) });
          const outcome = await loadConfiguration({ folder, env: {}, given: 'site.json' }).catch(
            (thrown: unknown) => thrown,
          );
          return (
            isVmcorekitError(outcome, 'bad-config') ||
            (outcome as { readonly rules?: object }).rules !== undefined
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is validated by the schema that is published', () => {
    const published: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, '../schema.json'), 'utf8'),
    );
    expect(
      published,
      'run `node scripts/write-schema.mjs && npx biome format --write packages/config`',
    ).to.deep.equal(JSON.parse(JSON.stringify(configSchema)));
  });
});

describe('extends', () => {
  it('puts presets before the file that extends them, each once, from its own folder', async () => {
    const folder = folderWith({
      'site.yaml': 'extends: [./presets/a.yaml, ./presets/b.json]\nrules: [{ name: own }]',
      'presets/a.yaml': 'extends: ./b.json\nrules: [{ name: a }]',
      'presets/b.json': '{ "rules": [{ "name": "b" }] }',
    });
    const { rules } = await loadConfiguration({ folder, env: {}, given: 'site.yaml' });
    expect(rules.map(({ rule }) => rule.name)).to.deep.equal(['b', 'a', 'own']);
  });

  it('finds a preset that is a package, beside the file that names it', async () => {
    const folder = folderWith({
      'sub/site.yaml': 'extends: our-preset',
      'sub/node_modules/our-preset/package.json':
        '{ "name": "our-preset", "exports": "./preset.yaml" }',
      'sub/node_modules/our-preset/preset.yaml': 'rules: [{ name: packaged }]',
    });
    const { rules } = await loadConfiguration({ folder, env: {}, given: 'sub/site.yaml' });
    expect(rules.map(({ rule, file }) => [rule.name, file.path])).to.deep.equal([
      ['packaged', join(folder, 'sub/node_modules/our-preset/preset.yaml')],
    ]);
  });

  it('refuses a circle, and shows it', async () => {
    const folder = folderWith({
      'a.yaml': 'extends: ./b.yaml',
      'b.yaml': 'rules: []\nextends: ./a.yaml',
    });
    const error = await loadConfiguration({ folder, env: {}, given: 'a.yaml' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.include("b.yaml:2: extends: './a.yaml' extends this file in turn");
  });
});
