import * as browser from '@vmcorekit/browser';
import { expect } from 'chai';

describe('@vmcorekit/browser', () => {
  it('exports a source of files, kept indexes, hashes, a guard and new files', () => {
    expect(Object.keys(browser).sort()).to.deep.equal([
      'BlobSource',
      'BrowserIndexCache',
      'announcingGuard',
      'hashNamed',
      'openOutput',
    ]);
  });
});
