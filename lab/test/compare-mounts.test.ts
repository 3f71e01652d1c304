import { compareMounts } from '@vmcorekit/lab/introspection/compare-mounts';
import { expect } from 'chai';
import { procOf } from './proc-of.ts';

const proc = procOf(
  {
    '/proc/1/mountinfo': [
      '21 5 0:19 / /proc rw,relatime shared:3 master:4 unbindable - proc proc rw',
      '38 21 0:24 /a\\040folder /mnt/bound ro,relatime - tmpfs with\\040space rw,size=20480k',
      '',
    ].join('\n'),
    '/proc/9/mountinfo': '77 1 0:1 / / rw - tmpfs tmpfs rw\n',
  },
  {
    '/proc/1/ns/mnt': 'mnt:[4026531841]',
    '/proc/1/root': '/',
    '/proc/9/ns/mnt': 'mnt:[4026531841]',
    '/proc/9/root': '/jail',
  },
);
const procMount = {
  id: 21,
  parentId: 5,
  type: 'proc',
  device: '0:19',
  source: 'proc',
  path: '/proc',
  rootInFileSystem: '/',
  options: ['rw', 'relatime'],
  fileSystemOptions: ['rw'],
  sharedGroup: 3 as number | null,
  masterGroup: 4 as number | null,
  isUnbindable: true,
  namespace: 4026531841,
};
const bound = {
  ...procMount,
  id: 38,
  parentId: 21,
  type: 'tmpfs',
  device: '0:24',
  source: 'with space',
  path: '/mnt/bound',
  rootInFileSystem: '/a folder',
  options: ['ro', 'relatime'],
  sharedGroup: null,
  masterGroup: null,
  isUnbindable: false,
};
const outside = { ...bound, id: 5, parentId: 5 };

function fieldsOf(...mounts: readonly (typeof procMount)[]): readonly string[] {
  return compareMounts({ mounts }, proc).differences.map(({ field }) => field);
}

describe('the comparison of mounts', () => {
  it('finds no difference where the answer is what /proc says', () => {
    const { compared, excluded, differences } = compareMounts(
      { mounts: [procMount, bound, outside] },
      proc,
    );
    expect(differences).to.deep.equal([]);
    expect(compared).to.equal(2);
    expect(excluded.map(({ subject }) => subject)).to.deep.equal([
      'mount 5 of namespace 4026531841',
    ]);
  });

  it('leaves out what lies below the root of the process that read /proc', () => {
    const below = { ...outside, parentId: 4 };
    const first = { ...bound, id: 4, parentId: 4 };
    const { excluded, differences } = compareMounts(
      { mounts: [procMount, bound, below, first] },
      proc,
    );
    expect(differences).to.deep.equal([]);
    expect(excluded).to.have.length(2);
  });

  it('finds another place, source, option and group', () => {
    const wrong = {
      ...bound,
      path: '/mnt',
      rootInFileSystem: '/',
      source: 'with',
      options: ['rw'],
    };
    expect(
      fieldsOf(procMount, { ...wrong, sharedGroup: 1, fileSystemOptions: ['ro'] }),
    ).to.have.members([
      'path',
      'rootInFileSystem',
      'source',
      'options',
      'sharedGroup',
      'fileSystemOptions',
    ]);
  });

  it('finds a mount that is missing, and one that /proc does not show', () => {
    expect(fieldsOf(procMount)).to.deep.equal(['missing']);
    expect(fieldsOf(procMount, bound, { ...bound, id: 40 })).to.deep.equal(['extra']);
  });
});
