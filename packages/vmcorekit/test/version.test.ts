import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { version } from '../dist/version.js';

const packageFolder = new URL('..', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8')) as {
  version: string;
};

describe('the version', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-version-'));
  after(() => rmSync(folder, { recursive: true }));

  it("is that of the package's manifest in the library", () => {
    expect(version()).to.equal(manifest.version);
  });

  it('is known to the bundle where its package is not there', () => {
    const alone = join(folder, 'main.cjs');
    copyFileSync(fileURLToPath(new URL('dist/bundle/main.cjs', packageFolder)), alone);
    const { stdout, stderr } = spawnSync(process.execPath, [alone, '--version'], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).to.deep.equal({ stdout: `${manifest.version}\n`, stderr: '' });
  });
});
