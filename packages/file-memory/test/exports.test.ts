import * as exported from '@vmcorekit/file-memory';
import { expect } from 'chai';

describe('@vmcorekit/file-memory', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal([
      'BlockCache',
      'FileMemory',
      'FileParts',
      'PIECE_CORRUPT',
      'PIECE_EXCLUDED',
      'PIECE_STORED',
      'PIECE_ZERO',
      'Pieces',
      'overlapsOf',
      'sweep',
      'writeStretches',
    ]);
  });
});
