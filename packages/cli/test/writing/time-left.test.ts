import { expect } from 'chai';
import { timeLeft } from '../../dist/writing/time-left.js';

describe('the time left', () => {
  it('follows from the pace so far, of each kind of work by itself, and is not guessed early', () => {
    let now = 0;
    const left = timeLeft(() => now);
    const at = (milliseconds: number, doing: string, fraction: number | null): string => {
      now = milliseconds;
      return left({ kind: 'progress', doing, fraction });
    };
    expect(at(0, 'choosing', 0)).to.equal('');
    expect(at(900, 'choosing', 0.5)).to.equal('');
    expect(at(5000, 'choosing', 0.01)).to.equal('');
    expect(at(5000, 'choosing', null)).to.equal('');
    expect(at(5000, 'choosing', 0.5)).to.equal(' (5 s left)');
    expect(at(6000, 'writing', 0.1)).to.equal('');
    expect(at(16000, 'writing', 0.01)).to.equal('');
    expect(at(26000, 'writing', 0.1)).to.equal(' (3 min left)');
  });
});
