import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { bundleScripts } from '../executable/bundle.mjs';

// The executable had no script for the threads of `find`, which then searched in one.
describe('the executable', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-bundled-'));
  after(() => rmSync(folder, { recursive: true }));

  it('holds the script of every thread', async () => {
    const source = new URL('../../packages/vmcorekit/src/', import.meta.url);
    const workers = readdirSync(source, { recursive: true })
      .filter((path) => path.endsWith('-worker.ts'))
      .map((path) => `${basename(path, '.ts')}.js`);
    expect(workers).to.include('tally-worker.js');
    const { assets } = await bundleScripts(folder);
    expect(Object.keys(assets)).to.include.members(workers);
  });
});
