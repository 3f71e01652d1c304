import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { KernelCachePart } from '@vmcorekit/core';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { writeKernelDump } from './support/kernel-dump.ts';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

describe('types and symbols that are kept between runs', () => {
  const { path, kernel } = writeKernelDump();
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'vmcorekit-kept-')));
  const env = { XDG_CACHE_HOME: home };
  const symbols = `${kernel.buildId}.symbols`;
  const translate = ['translate', path, '_text', '--json', '--no-config'];
  const kept = () => readdirSync(home, { recursive: true }).map(String).sort();

  afterEach(() => {
    for (const name of readdirSync(home)) {
      rmSync(join(home, name), { recursive: true });
    }
  });
  after(() => rmSync(home, { recursive: true }));

  it('are used with --cache by commands, which answer the same without', async () => {
    const first = await runCli([...translate, '--cache'], { env });
    expect(kept().slice(0, 3)).to.deep.equal([
      'vmcorekit',
      'vmcorekit/kernels',
      `vmcorekit/kernels/${symbols}`,
    ]);
    // What shortens the next search lies under fingerprints.
    const others = kept()
      .slice(3)
      .map((name) => name.replace(/[\da-f]{16,32}/, 'X'));
    // This one's symbols are so few that their place is found without a search.
    expect(others).to.deep.equal(['vmcorekit/kernels/X.build-id']);
    const second = await runCli([...translate, '--cache'], { env });
    const without = await runCli(translate, { env });
    expect([second.stdout, without.stdout]).to.deep.equal([first.stdout, first.stdout]);
    expect(first.status).to.equal(0);
  });

  it('are neither kept nor used unless the user asks for it', async () => {
    const wrong = join(home, 'vmcorekit', 'kernels', symbols);
    mkdirSync(dirname(wrong), { recursive: true, mode: 0o700 });
    writeFileSync(wrong, 'not read', { mode: 0o600 });
    for (const asked of [{}, { VMCOREKIT_CACHE: '' }, { VMCOREKIT_CACHE: 'off' }]) {
      await runCli(translate, { env: { ...env, ...asked } });
      expect(readFileSync(wrong, 'utf8')).to.equal('not read');
    }
    await runCli(translate, { env: { ...env, VMCOREKIT_CACHE: 'on' } });
    expect(readFileSync(wrong).length).to.be.above(100);
  });

  it('are kept by the library only where the caller gives it a cache', async () => {
    const asked = new Set<string>();
    const kernelCache = {
      load(buildId: string, part: KernelCachePart) {
        asked.add(`${buildId} ${part}`);
        return undefined;
      },
      store() {},
    };
    const dump = await open(path, { kernelCache });
    (await dump.kernel()).symbols.find('not_asked_before');
    dump.close();
    const parts = [...asked].map((each) => each.split(' '));
    expect(parts.map(([, part]) => part)).to.deep.equal(['build-id', 'symbols']);
    expect(parts[1]?.[0]).to.equal(kernel.buildId);
  });
});

describe('an index of a compressed file that is kept between runs', () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'vmcorekit-index-')));
  const env = { XDG_CACHE_HOME: home };
  const folder = join(home, 'vmcorekit', 'indexes');
  after(() => rmSync(home, { recursive: true }));

  it('is used with --cache: the second run reads little of the file', async () => {
    const memory = new Uint8Array(17 << 20).fill(7);
    memory.set([1, 2, 3], 9 << 20);
    const path = writeTemporaryFile('ram.gz', gzipSync(memory, { level: 0 }));
    const info = ['info', '--format', 'raw', '--json', '--no-config', path];
    await runCli(info, { env });
    expect(readdirSync(home)).to.deep.equal([]);
    const first = await runCli(['--cache', ...info], { env });
    const [name = ''] = readdirSync(folder);
    const kept = readFileSync(join(folder, name));
    const second = await runCli(['--cache', ...info], { env });
    expect([first.status, second.stdout]).to.deep.equal([0, first.stdout]);
    // One that is damaged is not used, and made again.
    writeFileSync(join(folder, name), kept.subarray(0, 100));
    const third = await runCli(['--cache', ...info], { env });
    expect(third.stdout).to.include('index-not-used');
    expect(readFileSync(join(folder, name)).equals(kept)).to.equal(true);
  });
});
