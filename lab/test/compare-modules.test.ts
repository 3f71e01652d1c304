import { compareModules } from '@vmcorekit/lab/introspection/compare-modules';
import { expect } from 'chai';

const procModules = `tun 61440 2 - Live 0xffffffffc0443000
dm_mod 184320 1 dm_log,dm_crypt, Live 0xffffffffc0410000 (OE)
`;
const tun = { name: 'tun', base: '0xffffffffc0443000', size: 61440 };
const mapper = { name: 'dm_mod', base: '0xffffffffc0410000', size: 184320 };

describe('the comparison of modules', () => {
  it('finds equal what /proc/modules says', () => {
    expect(compareModules({ modules: [mapper, tun] }, procModules)).to.deep.equal({
      compared: 2,
      excluded: [],
      differences: [],
    });
  });

  it('names a wrong size, a missing module and an extra one', () => {
    const { differences } = compareModules(
      { modules: [{ ...tun, size: 4096 }, { name: 'ghost' }] },
      procModules,
    );
    expect(differences.map(({ subject, field }) => `${subject} ${field}`)).to.deep.equal([
      'module tun size',
      'module dm_mod missing',
      'module ghost extra',
    ]);
  });
});
