import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';

const documentation = readFileSync(
  new URL('../../../docs/writing-a-plugin.md', import.meta.url),
  'utf8',
);
// Inside the workspace, where the packages that the page installs are found.
const folder = fileURLToPath(new URL('writing-a-plugin/', import.meta.url));

/** Writes every code block that names its file, and returns the names. */
function writeBlocks(): string[] {
  mkdirSync(folder, { recursive: true });
  return [...documentation.matchAll(/```(?:js|yaml)\n(?:\/\/|#) (\S+)\n(.*?)```/gs)].map(
    ([, name = '', text = '']) => {
      writeFileSync(join(folder, name), text);
      return name;
    },
  );
}

function node(...args: readonly string[]) {
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
}

describe('docs/writing-a-plugin.md', () => {
  const names = writeBlocks();
  const dump = join(folder, 'captured.elf');
  before(() => expect(node('captured.mjs').stderr).to.equal(''));
  after(() => rmSync(folder, { recursive: true }));

  it('names the file of every block of code', () => {
    expect(names).to.deep.equal([
      'acme.mjs',
      'acme.test.mjs',
      'captured.mjs',
      'site.yaml',
      'use.mjs',
      'shop.mjs',
      'shop.yaml',
      'crate.mjs',
      'crate.test.mjs',
    ]);
    expect(documentation.match(/```(js|yaml)\n/g)).to.have.lengthOf(names.length);
  });

  it('makes a heuristic that passes the conformance kit', () => {
    const { status, stdout } = node('--test', '--test-reporter=tap', 'acme.test.mjs');
    expect(status, stdout).to.equal(0);
    expect(stdout).to.match(/ok \d+ - claims physBase/);
  });

  it('puts it to work by a rule, and it is seen in the report', async () => {
    const config = join(folder, 'site.yaml');
    expect((await runCli(['plugins', '--config', config])).stdout).to.match(
      /acme\n +from .*acme\.mjs\n +heuristics +acme-note\n/,
    );
    expect((await runCli(['heuristics', '--config', config, 'acme-note'])).stdout).to.include(
      'acme-note.note',
    );
    const { status, stdout } = await runCli(['probe', '--config', config, dump]);
    expect(status).to.equal(0);
    expect(stdout).to.match(/acme-note +header +weak .*the note ACME says phys_base=0x600000/);
  });

  it('makes a format with a companion and a container that pass the conformance kit', () => {
    const { status, stdout } = node('--test', '--test-reporter=tap', 'crate.test.mjs');
    expect(status, stdout).to.equal(0);
    expect(stdout)
      .to.match(/ok \d+ - gives what it holds, wherever it is read/)
      .and.match(/ok \d+ - is read right/);
  });

  it('reads a state with the memory beside it, and a dump in a crate, on the command line', async () => {
    const config = join(folder, 'crates.yaml');
    writeFileSync(config, 'plugins: [./crate.mjs]\n');
    const state = join(folder, 'guest.state');
    writeFileSync(state, 'STATEguest.mem');
    expect((await runCli(['info', '--config', config, state])).stderr).to.include(
      'a state without guest.mem',
    );
    writeFileSync(join(folder, 'guest.mem'), new Uint8Array(8192));
    expect((await runCli(['info', '--config', config, state])).stdout).to.include('acme-state');
    const elf = readFileSync(dump);
    const crate = join(folder, 'dumps.crate');
    const head = (size: number) => Buffer.from(Uint32Array.of(1, size).buffer);
    writeFileSync(
      crate,
      Buffer.concat([
        Buffer.from('CRATE'),
        head(4),
        Buffer.from('rtext'),
        head(elf.length),
        Buffer.from('d'),
        elf,
      ]),
    );
    for (const path of [crate, `${crate}//d`]) {
      const { json } = await runCli(['probe', '--json', '--config', config, path]);
      expect(json()[0]).to.deep.include({ file: path, container: 'crate', format: 'elf' });
      expect(json()[0]).to.have.nested.property('kernel.physBase', 0x600000);
    }
  });

  it('uses it from the library', () => {
    const { stdout } = node('use.mjs', dump);
    expect(stdout).to.equal('the note ACME says phys_base=0x600000\n');
  });

  it('runs an analyzer of one’s own, with options, for people and as JSON', async () => {
    const config = join(folder, 'shop.yaml');
    const { status, stdout } = await runCli(['analyze', '--config', config, 'banners', dump]);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^1 pages hold a banner\n0x[0-9a-f]+\n$/);
    const { json } = await runCli([
      'analyze',
      '--config',
      config,
      '--json',
      '--option',
      'from=0x2300000',
      'banners',
      dump,
    ]);
    expect(json()[0]).to.have.deep.property('data', { pages: [] });
  });

  it('converts through a page filter of one’s own, in threads or not', async () => {
    const config = join(folder, 'shop.yaml');
    const out = join(folder, 'low.kdump');
    const { json } = await runCli([
      'convert',
      '--json',
      '--config',
      config,
      '--exclude',
      'low',
      dump,
      out,
    ]);
    expect(json()[0]).to.have.nested.property('pages.excluded', (4 * 1024 * 1024) / 4096);
    const again = await runCli(['probe', '--config', config, out]);
    expect(again.stdout).to.include('phys_base is 0x600000');
  });
});
