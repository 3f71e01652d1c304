import * as exported from '@vmcorekit/format-hibernation';
import { expect } from 'chai';

describe('@vmcorekit/format-hibernation', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal(['HibernationFormat', 'plugin']);
  });
});
