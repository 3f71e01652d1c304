import { readFileSync } from 'node:fs';
import * as formatKdump from '@vmcorekit/format-kdump';
import { expect } from 'chai';

describe('@vmcorekit/format-kdump', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(formatKdump).sort()).to.deep.equal([
      'DiskdumpFormat',
      'FlattenedSink',
      'KdumpFormat',
      'KdumpWriter',
      'flattenedContainer',
      'keepPages',
      'plugin',
      'romFilter',
      'zeroFilter',
    ]);
  });

  it('depends on core and nothing else', () => {
    const manifest: { dependencies?: object; peerDependencies?: object } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    );
    expect(manifest.dependencies).to.equal(undefined);
    expect(Object.keys(manifest.peerDependencies ?? {})).to.deep.equal(['@vmcorekit/core']);
  });

  it('contributes the formats, the flattened container and two page filters', () => {
    const { formats, containers, pageFilters } = formatKdump.plugin;
    expect(
      [formats, containers, pageFilters].map((list) => list?.map(({ name }) => name)),
    ).to.deep.equal([['kdump', 'diskdump'], ['flattened'], ['zero', 'rom']]);
  });
});
