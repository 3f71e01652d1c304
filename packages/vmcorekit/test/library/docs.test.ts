import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { writeKernelDump } from '../support/kernel-dump.ts';

const documentation = readFileSync(new URL('../../../../docs/library.md', import.meta.url), 'utf8');
// Inside the workspace, where the package is found.
const folder = fileURLToPath(new URL('library-docs/', import.meta.url));

describe('docs/library.md', () => {
  const { path } = writeKernelDump();
  before(() => mkdirSync(folder, { recursive: true }));
  after(() => rmSync(folder, { recursive: true }));

  it('has a tour that runs as it stands', () => {
    const [, tour = ''] = /```js\n(.*?)```/s.exec(documentation) ?? [];
    writeFileSync(join(folder, 'tour.mjs'), tour);
    const { stdout, stderr } = spawnSync(process.execPath, ['tour.mjs', path, 'copy'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).to.equal('');
    expect(stdout.split('\n')).to.deep.equal([
      'certain phys_base is -0x25600000; the KASLR offset is 0x27e00000 true',
      '4 kallsyms',
      'memory',
      'true 0',
      'true true',
      'certain',
      '',
    ]);
    expect(readdirSync(folder)).to.include.members(['copy', 'copy.mended']);
  });

  it('names everything that a dump has', async () => {
    using dump = await open(path);
    const names = [
      ...Object.keys(dump),
      ...Object.getOwnPropertyNames(Object.getPrototypeOf(dump)),
    ];
    const hidden = ['constructor', 'isClosed'];
    expect(names.length).to.be.above(18);
    expect(
      names.filter((name) => !hidden.includes(name) && !documentation.includes(`\`${name}`)),
    ).to.deep.equal([]);
  });
});
