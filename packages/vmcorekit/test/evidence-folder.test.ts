import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { physBase, writeKernelDump } from './support/kernel-dump.ts';

/** Bundled, as users start it. */
const bin = fileURLToPath(new URL('../bin/vmcorekit.cjs', import.meta.url));

/** Where tools, cosmiconfig and Node itself look for something to obey. */
function placesToPlant(): string[] {
  const extensions = ['', '.js', '.cjs', '.mjs', '.ts', '.json', '.yaml', '.yml'];
  const named = ['vmcorekit', 'cosmiconfig'].flatMap((name) =>
    extensions.flatMap((end) => [
      `.${name}rc${end}`,
      `.config/${name}rc${end}`,
      `${name}.config${end}`,
      `.config/${name}.config${end}`,
    ]),
  );
  const general = extensions.slice(1).flatMap((end) => [`.config/config${end}`, `config${end}`]);
  const packages = [
    'vmcorekit',
    '@vmcorekit/core',
    '@vmcorekit/config',
    'cosmiconfig',
    'yaml',
    'lzo-wasm',
  ];
  return [
    ...named,
    ...general,
    ...packages.flatMap((name) => [
      `node_modules/${name}/index.js`,
      `node_modules/${name}/package.json`,
    ]),
    ...['package.json', 'package.yaml', 'evil.js', '.npmrc', '.env', 'System.map', 'vmlinux'],
    ...[
      'vmcorekit/trusted.json',
      '.config/vmcorekit/trusted.json',
      '.config/vmcorekit/vmcorekit.config.yaml',
    ],
  ];
}

describe('the whole command, in a folder of evidence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-evidence-'));
  const elsewhere = mkdtempSync(join(tmpdir(), 'vmcorekit-elsewhere-'));
  const canary = join(elsewhere, 'ran');
  after(() => {
    rmSync(folder, { recursive: true });
    rmSync(elsewhere, { recursive: true });
  });

  before(() => {
    const ran = `writeFileSync(${JSON.stringify(canary)}, 'ran');`;
    const script = `require('node:fs').${ran} module.exports = { rules: [{ name: 'evil' }] };`;
    const module = `import { writeFileSync } from 'node:fs'; ${ran} export default {};`;
    const rules = [
      { name: 'evil', physBase: '16 MiB', heuristics: ['step-scan'], symbols: './System.map' },
    ];
    const data = JSON.stringify({
      ...{
        $import: './evil.js',
        main: './index.js',
        searchPlaces: ['evil.js'],
        rules,
        plugins: ['./evil.js'],
        extends: './evil.js',
      },
      vmcorekit: { $import: './evil.js', rules, plugins: ['./evil.js'] },
      cosmiconfig: { searchPlaces: ['evil.js'], $import: './evil.js' },
    });
    for (const place of placesToPlant()) {
      const path = join(folder, place);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(
        path,
        /\.(mjs|ts)$/.test(place) ? module : /\.c?js$/.test(place) ? script : data,
      );
    }
    copyFileSync(writeKernelDump().path, join(folder, 'vmcore'));
  });

  const commands = [
    ['probe', 'vmcore'],
    ['info', 'vmcore'],
    ['analyze', 'memory-map', 'vmcore'],
    ['convert', 'vmcore', join(elsewhere, 'out')],
    ['config', '--explain', 'vmcore'],
    ['plugins'],
  ];
  for (const words of commands) {
    it(`runs none of its code and obeys none of its data: ${words[0]}`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: elsewhere },
      });
      expect({ status, lines: stderr.trimEnd().split('\n').length }, stderr).to.deep.equal({
        status: 0,
        lines: 1,
      });
      expect(stderr).to.match(
        /^vmcorekit: ignored .*package\.json \(and \d+ more\): not trusted; /,
      );
      expect(stdout).to.not.include('evil');
      expect(existsSync(canary), 'code of the folder ran').to.equal(false);
      if (words[0] === 'probe') {
        expect(stdout).to.match(new RegExp(`phys_base +-0x${Math.abs(physBase).toString(16)}\\b`));
      }
    });
  }
});
