import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { TwoHomes } from './two-homes.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const pageSizeInBytes = 4096;
/** `verify` reads no smaller file in threads. */
const worthThreadsInBytes = 257 << 20;
/** `convert` starts no threads for fewer pages. */
const worthThreadsInPages = 6000;

/**
 * Has the caller's thread wait, once it handed out the first batch of pages, until another thread
 * has taken it: states from 2 on, in packages/node/src/encoding/shared-batches.ts.
 */
const untilThreadEncodes = `
const { notify } = Atomics;
if (require('node:worker_threads').isMainThread) {
  Atomics.notify = (control, at) => {
    Atomics.notify = notify;
    const woken = notify(control, at);
    const clock = new Int32Array(new SharedArrayBuffer(4));
    while (control.subarray(1).every((state) => state < 2)) {
      Atomics.wait(clock, 0, 0, 5);
    }
    require('node:fs').writeSync(2, 'a thread encodes\\n');
    return woken;
  };
}
`;

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

const heuristic = (name: string): string => `{
  name: '${name}', summary: 'finds nothing', needs: [], cost: 'read', yields: [],
  looksAt: 'nothing', architectures: 'any', options: {},
  *run() {},
}`;

describe('the single executable', () => {
  let homes: TwoHomes;
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-inputs-'));

  before(() => {
    homes = new TwoHomes();
    homes.add(writeKernelDump().path, 'vmcore');
    homes.add(join(root, 'fixtures/ovmf-nokaslr/dump.kdump'), 'real.kdump');
    writeInputs(folder);
    homes.add(folder, '.');
  });
  after(() => {
    homes.remove();
    rmSync(folder, { recursive: true });
  });

  const equal = (args: readonly string[], status = 0): void => {
    const npm = homes.runNpmCommand(args);
    expect(npm.status).to.equal(status, npm.stderr);
    expect(homes.runExecutable(args)).to.deep.equal(npm);
  };

  const commandLines: readonly (string | readonly [line: string, status: number])[] = [
    '--version',
    '--help',
    ['probe', 2],
    'probe --help',
    ['probe --wrong', 2],
    'probe vmcore real.kdump',
    'probe --json --all real.kdump',
    'info --json real.kdump',
    'heuristics',
    'completion bash',
    'plugins --json',
    'analyze memory-map --svg map.svg real.kdump',
    'analyze kernel-log real.kdump',
    'dis --json real.kdump _text',
    'repair real.kdump repaired.kdump',
    'probe --config rules.yaml real.kdump',
    'config --config rules.yaml --explain real.kdump',
    'plugins --json --config plugins.yaml',
    'heuristics of-a-module of-commonjs of-a-package --config plugins.yaml',
    'probe --config plugins.yaml real.kdump',
    'probe --config code.mjs real.kdump',
    ['probe missing', 3],
  ];
  for (const entry of commandLines) {
    const [line, status] = typeof entry === 'string' ? [entry, 0] : entry;
    it(`answers \`vmcorekit ${line}\` as the npm command does`, () => {
      equal(line.split(' '), status);
    });
  }

  for (const method of ['none', 'zlib', 'lzo', 'snappy', 'zstd']) {
    it(`writes and reads pages by ${method} as the npm command does`, () => {
      equal(['convert', '--compression', method, 'vmcore', `${method}.kdump`]);
      equal(['compare', 'vmcore', `${method}.kdump`]);
    });
  }

  it('reads pages in threads', () => {
    equal(['convert', 'vmcore', 'large.elf']);
    homes.grow('large.elf', worthThreadsInBytes);
    const args = ['verify', '--json', 'large.elf', '--workers'];
    equal([...args, '2']);
    // What two threads read to open the file is counted for each.
    expect(homes.runExecutable([...args, '1']).stdout).not.to.equal(
      homes.runExecutable([...args, '2']).stdout,
    );
  });

  it('encodes pages in threads, to the same bytes', () => {
    equal(['convert', '--workers', '2', 'pages', 'pages.kdump']);
    const { status, stderr, files } = homes.runExecutable(
      ['convert', '--workers', '2', 'pages', 'again.kdump'],
      { NODE_OPTIONS: '--require ./until-thread-encodes.cjs' },
    );
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: 'a thread encodes\n' });
    expect(files['again.kdump']).to.equal(files['pages.kdump']);
  });

  it('comes with the licences of what is in it', () => {
    expect(homes.notices).to.match(/^Node\.js v/m);
    expect(homes.notices).to.match(/^yaml [0-9.]+ \(ISC\)$/m);
    expect(homes.notices).not.to.match(/^lzo-wasm /m);
  });
});

function writeInputs(folder: string): void {
  const files = {
    'until-thread-encodes.cjs': untilThreadEncodes,
    'rules.yaml': 'rules:\n  - name: site\n    match: { format: kdump }\n    physBase: 6 MiB\n',
    'plugins.yaml': 'plugins: [./module.mjs, ./common.cjs, a-package]\n',
    'code.mjs': "export default { rules: [{ name: 'code', acceptAt: 'certain' }] };\n",
    'module.mjs': lines(
      "import { named } from 'a-package';",
      `export const plugin = named('of-a-module', ${heuristic('of-a-module')});`,
    ),
    'common.cjs': lines(
      `const heuristics = [${heuristic('of-commonjs')}];`,
      "module.exports = { name: 'of-commonjs', heuristics };",
    ),
    'node_modules/a-package/package.json':
      '{ "name": "a-package", "type": "module", "exports": "./index.js" }\n',
    'node_modules/a-package/index.js': lines(
      'export const named = (name, one) => ({ name, heuristics: [one] });',
      `export const plugin = named('of-a-package', ${heuristic('of-a-package')});`,
    ),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(
    join(folder, 'pages'),
    buildKdump({
      pages: Array.from({ length: worthThreadsInPages }, (_, pfn) => ({ pfn, bytes: page(pfn) })),
      fields: { machine: 'x86_64' },
    }).bytes,
  );
}

/** Something between zeros and noise, which takes an encoder a while. */
function page(pfn: number): Uint8Array {
  let state = pfn + 1;
  return Uint8Array.from({ length: pageSizeInBytes }, (_, at) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return at % 9 === 0 ? state >>> 24 : pfn & 0xff;
  });
}
