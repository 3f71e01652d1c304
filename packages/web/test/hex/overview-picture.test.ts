import { expect } from 'chai';
import { overviewPicture } from '../../dist/page/hex/overview-picture.js';

describe('the picture of an overview', () => {
  it('gives each state its halves, not only by colours', () => {
    const picture = overviewPicture(['stored', 'stored', 'excluded', 'zero']);
    const [left, right] = picture.split('no-repeat,');
    expect(left).to.contain('var(--accent) 0.000% 50.000%, var(--doubtful) 50.000% 75.000%');
    expect(left).to.contain('transparent 75.000% 100.000%');
    expect(right).to.contain('transparent 50.000% 75.000%, var(--muted) 75.000% 100.000%');
  });

  it('is nothing where nothing is known', () => {
    expect(overviewPicture([])).to.equal('none');
  });
});
