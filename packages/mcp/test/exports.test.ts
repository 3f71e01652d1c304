import * as mcp from '@vmcorekit/mcp';
import { expect } from 'chai';

describe('@vmcorekit/mcp', () => {
  it('exports the server and what it serves', () => {
    expect(Object.keys(mcp).sort()).to.deep.equal([
      'Shelf',
      'createServer',
      'instructions',
      'triageRequest',
    ]);
  });
});
