import * as exported from '@vmcorekit/format-raw';
import { expect } from 'chai';

describe('@vmcorekit/format-raw', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal(['RawFormat', 'plugin']);
  });

  it('contributes the format', () => {
    expect(exported.plugin.formats?.map((format) => format.name)).to.deep.equal(['raw']);
  });
});
