import { chooseBanner } from '@vmcorekit/linux';
import { expect } from 'chai';

const weak = 'Linux version 6.1.0 (a@b) (gcc 12) # SMP ';
const own = 'Linux version 6.1.0 (a@b) (gcc 12) #1 SMP Sun Nov 29';
const named = 'Linux version 6.1.0 (a@b) (gcc 12) #gentoo SMP';

describe('chooseBanner', () => {
  const table: readonly (readonly [string, readonly string[], ReturnType<typeof chooseBanner>])[] =
    [
      ['gives nothing where there is none', [], undefined],
      ['takes the only one', [own], { release: '6.1.0', banner: own }],
      [
        'takes the one with a build number, whichever comes first',
        [own, weak],
        { release: '6.1.0', banner: own },
      ],
      [
        'takes the one with a build number that comes last',
        [weak, own],
        { release: '6.1.0', banner: own },
      ],
      [
        'takes a build that has a name for a number',
        [weak, named],
        { release: '6.1.0', banner: named },
      ],
      ['takes one that is there twice', [own, weak, own], { release: '6.1.0', banner: own }],
      [
        'knows but the release by the one without a build number',
        [weak],
        { release: '6.1.0', banner: undefined },
      ],
      ['leaves two builds of one release undecided', [own, own.replace('#1', '#2')], undefined],
      ['leaves two releases undecided', [own, own.replace('6.1.0', '6.1.1')], undefined],
      [
        'leaves two releases undecided, one without a build number',
        [own, weak.replace('6.1.0', '5.4.0')],
        undefined,
      ],
    ];
  for (const [title, banners, chosen] of table) {
    it(title, () => {
      expect(chooseBanner(banners)).to.deep.equal(chosen);
    });
  }
});
