import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it('are used by commands, which answer the same with and without', async () => {
    const first = await runCli(translate, { env });
    expect(kept()).to.deep.equal([
      'vmcorekit',
      'vmcorekit/kernels',
      `vmcorekit/kernels/${symbols}`,
    ]);
    const second = await runCli(translate, { env });
    const without = await runCli([...translate, '--no-cache'], { env });
    expect([second.stdout, without.stdout]).to.deep.equal([first.stdout, first.stdout]);
    expect(first.status).to.equal(0);
  });

  it('are left out with --no-cache and VMCOREKIT_CACHE=off', async () => {
    await runCli([...translate, '--no-cache'], { env });
    await runCli(translate, { env: { ...env, VMCOREKIT_CACHE: 'off' } });
    expect(kept()).to.deep.equal([]);
  });

  it('are kept by the library only where the caller gives it a cache', async () => {
    const asked: [string, KernelCachePart][] = [];
    const kernelCache = {
      load(buildId: string, part: KernelCachePart) {
        asked.push([buildId, part]);
        return undefined;
      },
      store() {},
    };
    const dump = await open(path, { kernelCache });
    (await dump.kernel()).symbols.find('not_asked_before');
    dump.close();
    expect(asked).to.deep.equal([[kernel.buildId, 'symbols']]);
  });
});
