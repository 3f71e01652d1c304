import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { defaultPlugins } from 'vmcorekit';
import { root } from './documents.ts';

describe('docs/formats.md', () => {
  it('names every format, container and compression there is', () => {
    const documentation = readFileSync(join(root, 'docs/formats.md'), 'utf8');
    const names = defaultPlugins.flatMap(({ formats = [], containers = [] }) =>
      [...formats, ...containers].map(({ name }) => name),
    );
    const methods = defaultPlugins.flatMap(({ compressors = [] }) =>
      compressors.map(({ method }) => method),
    );
    expect(names).to.have.lengthOf.above(30);
    expect(names.filter((name) => !documentation.includes(`\`${name}\``))).to.deep.equal([]);
    expect(
      methods.filter((method) => !documentation.includes(`\`--compression ${method}\``)),
    ).to.deep.equal([]);
  });
});
