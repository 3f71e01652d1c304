import { expect } from 'chai';
import { PlaceHistory } from '../../dist/page/hex/place-history.js';

const at = (address: bigint) => ({ space: 'physical', address }) as const;

describe('the history of places', () => {
  it('goes back and forward, and forgets what came after a new place', () => {
    const history = new PlaceHistory();
    history.visit(at(1n));
    history.visit(at(2n));
    history.visit(at(3n));
    expect(history.go(-1)).to.deep.equal(at(2n));
    history.visit(at(4n));
    expect(history.canGoForward).to.equal(false);
    expect(history.go(-1)).to.deep.equal(at(2n));
    expect(history.go(-1)).to.deep.equal(at(1n));
    expect(history.go(-1)).to.equal(undefined);
  });

  it('comes back to where the user moved to', () => {
    const history = new PlaceHistory();
    history.visit(at(1n));
    history.replace(at(7n));
    history.visit(at(2n));
    expect(history.go(-1)).to.deep.equal(at(7n));
  });

  it('takes no step to where it is', () => {
    const history = new PlaceHistory();
    history.visit(at(1n));
    history.visit(at(1n));
    expect(history.canGoBack).to.equal(false);
  });
});
