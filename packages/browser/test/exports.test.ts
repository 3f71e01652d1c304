import * as browser from '@vmcorekit/browser';
import { expect } from 'chai';

describe('@vmcorekit/browser', () => {
  it('exports sources, kept indexes, hashes, a guard and new files', () => {
    expect(Object.keys(browser).sort()).to.deep.equal([
      'BlobSource',
      'BrowserIndexCache',
      'announcingGuard',
      'hashNamed',
      'openOutput',
      'openUrl',
      'openUrlBeside',
      'plainNameOf',
    ]);
  });
});
