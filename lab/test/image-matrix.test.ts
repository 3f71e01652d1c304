import type { ImageRow } from '@vmcorekit/lab/images/image-guest';
import { isUnacceptableImage, showImages } from '@vmcorekit/lab/images/image-matrix';
import { expect } from 'chai';

const row: ImageRow = {
  guest: 'raw-pc',
  machine: 'x86_64',
  kind: 'raw',
  sizeInBytes: 4000,
  memory: { text: 'equal', isGood: true },
  cpus: { text: 'none', isGood: true },
  probe: { text: 'right, certain', isGood: true },
  bytesRead: 100,
};
const facts = { date: '2026-01-31', versions: new Map([['QEMU', '7.2']]) };

describe('the table of memory images', () => {
  it('has a row for each image, and the share of the file that was read', () => {
    expect(showImages([row], facts).split('\n')).to.include.members([
      '| raw | raw-pc | x86_64 | equal | none | right, certain | 2.5 % |',
      '- QEMU: 7.2',
      'Not one is wrong.',
    ]);
  });

  it('lists each row with something wrong', () => {
    const wrong = { ...row, probe: { text: 'failed: no answer', isGood: false }, bytesRead: null };
    expect(isUnacceptableImage(row)).to.equal(false);
    expect(isUnacceptableImage(wrong)).to.equal(true);
    expect(showImages([row, wrong], facts)).to.match(/## Not right\n\n- raw of raw-pc\n/);
  });
});
