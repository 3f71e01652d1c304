import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Configuration, filesOf, loadConfiguration, TrustStore } from '@vmcorekit/config';
import { expect } from 'chai';
import { folderWith } from './support/folder.ts';

const rule = (name: string) => `rules: [{ name: ${name} }]`;
const names = ({ rules }: Configuration) => rules.map((placed) => placed.rule.name);

async function trust(own: string, path: string): Promise<void> {
  new TrustStore(join(own, 'vmcorekit')).trust(path, await filesOf(path));
}

describe('a configuration found from the working directory upward', () => {
  it('does not count until it is trusted, and not again once it has changed', async () => {
    const own = folderWith({});
    const folder = folderWith({ 'vmcorekit.config.yaml': rule('mine') });
    const path = join(folder, 'vmcorekit.config.yaml');
    const request = { folder, env: { XDG_CONFIG_HOME: own } };
    const before = await loadConfiguration(request);
    expect({ names: names(before), ignored: before.ignored }).to.deep.equal({
      names: [],
      ignored: [path],
    });
    await trust(own, path);
    const after = await loadConfiguration(request);
    expect({ names: names(after), ignored: after.ignored }).to.deep.equal({
      names: ['mine'],
      ignored: [],
    });
    writeFileSync(path, rule('changed'));
    expect((await loadConfiguration(request)).ignored).to.deep.equal([path]);
  });

  it('is refused at once where its record cannot be kept: below /proc it hung', function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    const folder = folderWith({ 'vmcorekit.config.yaml': rule('mine') });
    const path = join(folder, 'vmcorekit.config.yaml');
    expect(() => new TrustStore('/proc/vmcorekit/own').trust(path, [path])).to.throw('ENOENT');
  });

  it('makes the folder of its record for the owner only', () => {
    const own = join(folderWith({}), 'a', 'b');
    const path = join(
      folderWith({ 'vmcorekit.config.yaml': rule('mine') }),
      'vmcorekit.config.yaml',
    );
    new TrustStore(own).trust(path, [path]);
    expect(new TrustStore(own).isTrusted(path)).to.equal(true);
    expect(statSync(join(own, '..')).mode & 0o777).to.equal(0o700);
  });

  it('no longer counts, and hangs no reader, when a pipe replaces a plug-in', async () => {
    const own = folderWith({});
    const folder = folderWith({
      'vmcorekit.config.yaml': 'plugins: [./plugin.mjs]',
      'plugin.mjs': 'export default { name: "p" };',
    });
    const path = join(folder, 'vmcorekit.config.yaml');
    await trust(own, path);
    rmSync(join(folder, 'plugin.mjs'));
    execFileSync('mkfifo', [join(folder, 'plugin.mjs')]);
    expect(
      (await loadConfiguration({ folder, env: { XDG_CONFIG_HOME: own } })).ignored,
    ).to.deep.equal([path]);
  });

  it('no longer counts when a preset or a plug-in it names has changed', async () => {
    for (const changed of ['preset.yaml', 'plugin.mjs']) {
      const own = folderWith({});
      const folder = folderWith({
        'vmcorekit.config.yaml': 'extends: ./preset.yaml\nplugins: [./plugin.mjs]',
        'preset.yaml': rule('preset'),
        'plugin.mjs': 'export default { name: "p" };',
      });
      const path = join(folder, 'vmcorekit.config.yaml');
      await trust(own, path);
      expect(
        names(await loadConfiguration({ folder, env: { XDG_CONFIG_HOME: own } })),
      ).to.deep.equal(['preset']);
      writeFileSync(join(folder, changed), rule('evil'));
      const { ignored, plugins, rules } = await loadConfiguration({
        folder,
        env: { XDG_CONFIG_HOME: own },
      });
      expect({ ignored, plugins, rules }).to.deep.equal({
        ignored: [path],
        plugins: [],
        rules: [],
      });
    }
  });

  it('no longer counts when a package it names is another one than it was', async () => {
    const own = folderWith({});
    const outer = folderWith({
      'node_modules/preset/package.json': '{ "name": "preset", "exports": "./p.yaml" }',
      'node_modules/preset/p.yaml': rule('good'),
      'case/vmcorekit.config.yaml': 'extends: preset',
    });
    const path = join(outer, 'case/vmcorekit.config.yaml');
    await trust(own, path);
    const planted = folderWith({
      'preset/package.json': '{ "name": "preset", "exports": "./p.yaml" }',
      'preset/p.yaml': rule('evil'),
    });
    symlinkSync(planted, join(outer, 'case/node_modules'));
    const found = await loadConfiguration({
      folder: join(outer, 'case'),
      env: { XDG_CONFIG_HOME: own },
    });
    expect({ names: names(found), ignored: found.ignored }).to.deep.equal({
      names: [],
      ignored: [path],
    });
  });

  it('hides no trusted one further up, or beside it', async () => {
    const own = folderWith({});
    const folder = folderWith({
      '.vmcorekitrc': rule('mine'),
      'package.json': '{ "vmcorekit": { "rules": [{ "name": "planted" }] } }',
      'case/1/vmcorekit.config.json': '{ "rules": [{ "name": "planted" }] }',
    });
    await trust(own, join(folder, '.vmcorekitrc'));
    const found = await loadConfiguration({
      folder: join(folder, 'case/1'),
      env: { XDG_CONFIG_HOME: own },
    });
    expect(names(found)).to.deep.equal(['mine']);
    expect(found.ignored).to.deep.equal([
      join(folder, 'case/1/vmcorekit.config.json'),
      join(folder, 'package.json'),
    ]);
  });

  it('comes after the user’s own, and is replaced by the one given', async () => {
    const own = folderWith({ 'vmcorekit/vmcorekit.config.yaml': rule('own') });
    const folder = folderWith({
      'package.json': '{ "name": "x", "vmcorekit": { "rules": [{ "name": "project" }] } }',
      'g.yaml': rule('given'),
    });
    await trust(own, join(folder, 'package.json'));
    const env = { XDG_CONFIG_HOME: own };
    expect(names(await loadConfiguration({ folder, env }))).to.deep.equal(['own', 'project']);
    expect(names(await loadConfiguration({ folder, env, given: 'g.yaml' }))).to.deep.equal([
      'given',
    ]);
    expect(
      names(
        await loadConfiguration({
          folder,
          env: { HOME: folderWith({ '.config/vmcorekit/.vmcorekitrc': rule('home') }) },
        }),
      ),
    ).to.deep.equal(['home']);
  });

  it('may be code only where it is given by name', async () => {
    const text = 'export default { rules: [{ name: "code" }] };';
    const folder = folderWith({ 'site.mjs': text, 'x.yaml': 'extends: ./site.mjs' });
    expect(names(await loadConfiguration({ folder, env: {}, given: 'site.mjs' }))).to.deep.equal([
      'code',
    ]);
    const refusal = await filesOf(join(folder, 'x.yaml')).catch((thrown: unknown) => thrown);
    expect(String(refusal)).to.include(
      'site.mjs: is code, which runs only when given with --config',
    );
  });

  it('says that the record of trust is damaged, rather than trusting anything', async () => {
    const own = folderWith({ 'vmcorekit/trusted.json': '{ "a": 1 }' });
    const folder = folderWith({ '.vmcorekitrc': rule('x') });
    const error = await loadConfiguration({ folder, env: { XDG_CONFIG_HOME: own } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.include('trusted.json: is not a record of trusted files');
  });
});

/** Everywhere cosmiconfig 9 looks for a tool's configuration, or for its own. */
const everywhere = [
  ...['vmcorekit', 'cosmiconfig'].flatMap((name) =>
    ['js', 'cjs', 'mjs', 'ts', 'json', 'yaml', 'yml', ''].flatMap((extension) => {
      const end = extension === '' ? '' : `.${extension}`;
      return [`.${name}rc${end}`, `.config/${name}rc${end}`, `${name}.config${end}`];
    }),
  ),
  ...['js', 'cjs', 'mjs', 'ts', 'json', 'yaml', 'yml'].flatMap((extension) => [
    `.config/config.${extension}`,
    `config.${extension}`,
  ]),
  'package.json',
  'package.yaml',
];

describe('a folder of evidence', () => {
  const canary = join(folderWith({}), 'ran');
  const code = `require('node:fs').writeFileSync(${JSON.stringify(canary)}, 'ran'); module.exports = { rules: [{ name: 'evil' }] };`;
  const moduleCode = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(canary)}, 'ran'); export default {};`;
  const data = JSON.stringify({
    $import: './evil.js',
    searchPlaces: ['evil.js'],
    cosmiconfig: { searchPlaces: ['evil.js'], $import: './evil.js' },
    vmcorekit: { $import: './evil.js', rules: [{ name: 'evil' }], plugins: ['./evil.js'] },
    rules: [{ name: 'evil' }],
    plugins: ['./evil.js'],
  });
  const contents = (place: string) =>
    /\.(mjs|ts)$/.test(place) ? moduleCode : place.endsWith('js') ? code : data;
  const planted = Object.fromEntries(
    [...everywhere, 'evil.js'].map((place) => [place, contents(place)]),
  );

  beforeEach(() => rmSync(canary, { force: true }));

  it('runs none of its code and obeys none of its data, wherever it is planted', () => {
    const folder = folderWith(planted);
    const script = `
      import { loadConfiguration } from ${JSON.stringify(import.meta.resolve('@vmcorekit/config'))};
      const { rules, plugins, files, ignored } = await loadConfiguration({ folder: process.cwd(), env: { XDG_CONFIG_HOME: ${JSON.stringify(folderWith({}))} } });
      process.stdout.write(JSON.stringify({ rules, plugins, files, ignored: ignored.length > 0 }));
    `;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).to.deep.equal({ rules: [], plugins: [], files: [], ignored: true });
    expect(existsSync(canary), 'code of the folder ran').to.equal(false);
  });

  it('would have run its code by the front door of cosmiconfig', () => {
    const folder = folderWith({ '.config/config.js': code });
    const script = `const { cosmiconfig } = require('cosmiconfig'); try { cosmiconfig('vmcorekit'); } catch {}`;
    execFileSync(process.execPath, [
      '-e',
      `process.chdir(${JSON.stringify(import.meta.dirname)}); const r = require('module').createRequire(${JSON.stringify(import.meta.filename)}); process.chdir(${JSON.stringify(folder)}); (function (require) { ${script} })(r);`,
    ]);
    expect(existsSync(canary)).to.equal(true);
  });

  it('does not hang on a pipe, nor choke on what is no configuration', async () => {
    const folder = folderWith({
      'package.json': 'not JSON',
      'vmcorekit.config.json/x': 'a folder',
    });
    execFileSync('mkfifo', [join(folder, '.vmcorekitrc')]);
    symlinkSync('/dev/zero', join(folder, 'vmcorekit.config.yaml'));
    const { ignored } = await loadConfiguration({
      folder,
      env: { XDG_CONFIG_HOME: folderWith({}) },
    });
    expect(ignored).to.deep.equal([]);
  });
});
