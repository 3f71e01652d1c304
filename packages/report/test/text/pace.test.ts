import { pace } from '@vmcorekit/report';
import { expect } from 'chai';

describe('the pace of work', () => {
  it('follows from the work done so far, for each kind by itself, and is not guessed', () => {
    let now = 0;
    const left = pace(null, () => now);
    const at = (milliseconds: number, doing: string, fraction: number | null): string => {
      now = milliseconds;
      return left({ kind: 'progress', doing, fraction });
    };
    expect(at(0, 'choosing', 0)).to.equal('');
    expect(at(900, 'choosing', 0.5)).to.equal('');
    expect(at(5000, 'choosing', 0.01)).to.equal('');
    expect(at(5000, 'choosing', null)).to.equal('');
    expect(at(5000, 'choosing', 0.5)).to.equal(' 5 s left');
    expect(at(6000, 'writing', 0.1)).to.equal('');
    expect(at(16000, 'writing', 0.01)).to.equal('');
    expect(at(26000, 'writing', 0.1)).to.equal(' 3 min left');
  });

  it('gives bytes per second too if the number of bytes is known', () => {
    let now = 0;
    const left = pace(2 ** 30, () => now);
    left({ kind: 'progress', doing: 'writing', fraction: 0 });
    now = 2000;
    expect(left({ kind: 'progress', doing: 'writing', fraction: 0.25 })).to.equal(
      ' 128 MiB/s, 6 s left',
    );
  });
});
