import * as exported from '@vmcorekit/format-sadump';
import { expect } from 'chai';

describe('@vmcorekit/format-sadump', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal(['SadumpFormat', 'plugin']);
  });
});
