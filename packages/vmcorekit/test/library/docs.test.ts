import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { writeKernelDump } from '../support/kernel-dump.ts';

const documentation = readFileSync(new URL('../../../../docs/library.md', import.meta.url), 'utf8');

describe('docs/library.md', () => {
  const { path } = writeKernelDump();
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
