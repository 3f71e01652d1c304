import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { writeKernelDump } from './support/kernel-dump.ts';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const faultyHeuristic = `export default { name: 'faulty', heuristics: [{ name: 'faulty', summary: 's', needs: [], cost: 'header',
  yields: ['physBase'], looksAt: 'nothing', architectures: 'any', options: {}, *run() { deepInside(); } }] };
function deepInside() { throw new TypeError('not a page'); }`;
const faultyAnalyzer = `export default { name: 'faulty', analyzers: [{ name: 'faulty', summary: 's', options: {},
  *run() { deepInside(); } }] };
function deepInside() { throw new TypeError('not a page'); }`;
const faultyModule = `deepInside();
function deepInside() { throw new TypeError('not a page'); }`;

/** A configuration with one plug-in, given as the code of its module. */
function siteWith(code: string): string {
  const path = writeTemporaryFile('site.yaml', 'plugins: [./own.mjs]');
  writeFileSync(join(dirname(path), 'own.mjs'), code);
  return path;
}

/** The line of a stack that its author looks for. */
const ownLine = /^ {4}at deepInside \(.*own\.mjs:\d+:\d+\)$/m;

describe('--debug', () => {
  const { path } = writeKernelDump();

  const failures: readonly (readonly [what: string, code: string, args: readonly string[]])[] = [
    ['a heuristic, to probe', faultyHeuristic, ['probe', path]],
    [
      'a heuristic, to a command that goes on with the kernel',
      faultyHeuristic,
      ['translate', path, '0xffffffffa8e00000'],
    ],
    ['an analyzer', faultyAnalyzer, ['analyze', 'faulty', path]],
    ['a module that does not load', faultyModule, ['probe', path]],
  ];
  for (const [what, code, [command = '', ...args]] of failures) {
    it(`shows where its code failed to the author of ${what}`, async () => {
      const config = ['--config', siteWith(code)];
      const debug = await runCli([command, '--debug', ...config, ...args]);
      expect(debug.stderr).to.match(ownLine).and.include('TypeError: not a page');
      const plain = await runCli([command, ...config, ...args]);
      expect(plain.stderr).to.not.match(ownLine);
      expect({ status: debug.status, stdout: withoutTime(debug.stdout) }).to.deep.equal({
        status: plain.status,
        stdout: withoutTime(plain.stdout),
      });
    });
  }

  it('says nothing where nothing failed', async () => {
    expect((await runCli(['probe', '--debug', path])).stderr).to.equal('');
  });

  it('shows it once, where rules make the search be done again', async () => {
    const config = siteWith(faultyHeuristic);
    writeFileSync(
      config,
      "plugins: [./own.mjs]\nrules:\n  - { name: all, match: { release: '*' }, acceptAt: probable }\n",
    );
    const { stderr } = await runCli(['probe', '--debug', '--config', config, path]);
    expect(stderr.match(new RegExp(ownLine, 'gm'))).to.have.lengthOf(1);
  });

  it('is not needed to know errors by class in a plug-in with its own copy of core', () => {
    const bin = fileURLToPath(new URL('../bin/vmcorekit.cjs', import.meta.url));
    const core = import.meta.resolve('@vmcorekit/core');
    const config = siteWith(`import { VmcorekitError } from '${core}';
      export default { name: 'own', analyzers: [{ name: 'faulty', summary: 's', options: {}, *run({ dump }) {
        try { dump.image.memory.read(2 ** 50, 1); } catch (error) {
          return { text: [String(error instanceof VmcorekitError), error.code], data: null };
        }
      } }] };`);
    const { stdout } = spawnSync(
      process.execPath,
      [bin, 'analyze', '--config', config, 'faulty', path],
      { encoding: 'utf8' },
    );
    expect(stdout).to.equal('true\npage-unreadable\n');
  });
});

function withoutTime(text: string): string {
  return text.replace(/\d+(\.\d+)? m?s\b/g, 'TIME');
}
