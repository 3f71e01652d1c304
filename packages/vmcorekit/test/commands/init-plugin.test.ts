import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { defaultPlugins } from 'vmcorekit';
import { readFixtures } from '../support/fixture.ts';
import { runCli } from '../support/run-cli.ts';

const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
const toolkit = () => createToolkit(defaultPlugins);
const fixture = readFixtures().find(({ name }) => name === 'ovmf-nokaslr') ?? expect.fail();

function npmScript(folder: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
}

describe('init --plugin', () => {
  const folders: string[] = [];
  /** Empty, but for the packages that `npm install` would bring. */
  const emptyFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-init-'));
    folders.push(folder);
    symlinkSync(modules, join(folder, 'node_modules'));
    return folder;
  };
  const init = (folder: string, ...args: readonly string[]) =>
    runCli(['init', '--plugin', ...args], { toolkit, folder });
  after(() => {
    for (const folder of folders) {
      rmSync(folder, { recursive: true });
    }
  });

  for (const kind of ['heuristic', 'analyzer'] as const) {
    it(`writes a package whose ${kind} compiles, whose test passes, and that is at work`, async () => {
      const folder = emptyFolder();
      const { status, stdout } = await init(folder, '@acme/notes', '--kind', kind);
      expect(status).to.equal(0);
      expect(stdout)
        .to.match(/^wrote package\.json, .*README\.md/)
        .and.include('  npm test\n');

      const compiled = npmScript(folder, join(modules, 'typescript/bin/tsc'));
      expect(compiled.stdout).to.equal('');
      expect(compiled.status).to.equal(0);
      const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        readonly scripts: { readonly test: string };
      };
      expect(scripts.test).to.equal('tsc && node --test dist/test/notes.test.js');
      const tested = npmScript(folder, '--test', '--test-reporter=tap', 'dist/test/notes.test.js');
      expect(tested.status, tested.stdout).to.equal(0);
      expect(tested.stdout).to.match(/^# pass [1-9]/m);

      const dump = join(folder, 'vmcore');
      copyFileSync(fixture.pathOf('dump.kdump'), dump);
      writeFileSync(`${dump}.phys_base`, 'phys_base=0x600000\n');
      const config = ['--json', '--config', join(folder, 'vmcorekit.config.yaml')];
      const command = kind === 'heuristic' ? ['probe'] : ['analyze', 'notes'];
      const { json, stderr } = await runCli([...command, ...config, dump], { toolkit, folder });
      expect(stderr).to.equal('');
      const [answer] = json() as [Record<string, never>];
      if (kind === 'heuristic') {
        expect(answer).to.have.nested.property('rules[0].name', 'notes');
        expect(answer.evidence).to.satisfy((rows: readonly Record<string, unknown>[]) =>
          rows.some(
            ({ heuristic, because }) => heuristic === 'notes' && String(because).includes(dump),
          ),
        );
      } else {
        expect(answer)
          .to.have.nested.property('data.atSymbol')
          .that.matches(/^Linux version /);
        expect(answer).to.have.nested.property('data.pages').that.is.above(0);
      }
    });
  }

  // `probe` as init printed it showed nothing of the plug-in, not even that it ran.
  it('says in the README what to put beside a dump, and where it is shown then', async () => {
    const folder = emptyFolder();
    await init(folder, '@acme/notes');
    expect(readFileSync(join(folder, 'README.md'), 'utf8'))
      .to.include('    echo phys_base=0x600000 > DUMP.phys_base\n')
      .and.include('    npx vmcorekit probe --config vmcorekit.config.yaml DUMP --verbose\n')
      .and.match(/npm test\n {4}echo/);
  });

  it('says where it wrote as JSON', async () => {
    const folder = emptyFolder();
    const { json } = await init(folder, 'acme', '--json');
    const [answer] = json() as [{ readonly files: readonly string[] }];
    expect(answer).to.include({ schema: 1, written: folder, plugin: 'acme' });
    const written = readdirSync(folder, { recursive: true });
    expect(written).to.include.members([...answer.files]);
  });

  it('overwrites nothing, writes nothing then, and names what is in its way', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'README.md'), 'mine');
    writeFileSync(join(folder, 'tsconfig.json'), '{}');
    const { status, stderr } = await init(folder, 'acme');
    expect(status).to.equal(2);
    expect(stderr).to.include('these exist already: tsconfig.json, README.md\n');
    expect(readdirSync(folder).sort()).to.deep.equal([
      'README.md',
      'node_modules',
      'tsconfig.json',
    ]);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).to.equal('mine');
  });

  for (const name of ['Acme', '.acme', 'a b', '../x', 'fs', 'node_modules', '@x/', '-', '~']) {
    it(`refuses ${name}, which npm does not take or is no name`, async () => {
      const folder = emptyFolder();
      const { status, stderr } = await init(folder, `--plugin=${name}`.slice('--plugin='.length));
      expect(status).to.equal(2);
      expect(stderr).to.match(/--plugin/);
      expect(readdirSync(folder)).to.deep.equal(['node_modules']);
    });
  }

  it('refuses the name of what comes with vmcorekit', async () => {
    const { stderr, status } = await init(emptyFolder(), 'cr3-walk');
    expect(status).to.equal(2);
    expect(stderr).to.include("a heuristic that comes with vmcorekit is called 'cr3-walk'");
  });

  it('refuses a kind that it cannot write, and a kind of no plug-in', async () => {
    expect((await init(emptyFolder(), 'acme', '--kind', 'format')).stderr).to.include(
      "--kind: got 'format', wanted one of heuristic, analyzer",
    );
    const { stderr } = await runCli(['init', '--kind', 'analyzer'], { toolkit, folder: '/' });
    expect(stderr).to.include('--kind needs --plugin NAME');
  });
});
