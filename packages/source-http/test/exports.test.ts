import * as exported from '@vmcorekit/source-http';
import * as fetching from '@vmcorekit/source-http/fetching';
import { expect } from 'chai';

describe('@vmcorekit/source-http', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal([
      'HttpOpener',
      'MissingError',
      'RemoteFiles',
      'plugin',
    ]);
    expect(Object.keys(fetching).sort()).to.deep.equal(['Fault', 'serveFetching', 'statusFault']);
  });
});
