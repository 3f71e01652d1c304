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
import type { KernelCachePart } from '@vmcorekit/core';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { writeKernelDump } from './support/kernel-dump.ts';
import { runCli } from './support/run-cli.ts';

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
    expect(others.toSorted()).to.deep.equal([
      'vmcorekit/kernels/X.build-id',
      'vmcorekit/kernels/X.symbols-place',
    ]);
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
    expect(parts.map(([, part]) => part)).to.deep.equal(['symbols-place', 'build-id', 'symbols']);
    expect(parts[2]?.[0]).to.equal(kernel.buildId);
  });
});
