import { compareFiles } from '@vmcorekit/lab/introspection/compare-files';
import { expect } from 'chai';
import { moving, procOf, resting } from './proc-of.ts';

const proc = procOf(
  { '/proc/12/fdinfo/3': 'pos:\t11000\nflags:\t02100002\nmnt_id:\t24\nino:\t18\n' },
  { '/proc/12/fd/3': '/tmp/a file (deleted)', '/proc/13/fd/0': '/dev/null' },
);
const file = {
  fd: 3,
  file: '0x1',
  dentry: null,
  inode: '0x2',
  inodeNumber: 18,
  type: 'REG',
  path: '/tmp/a file',
  deleted: true,
  isComplete: true,
  flags: 0o2100002,
  positionInBytes: 11000,
  mountId: 24,
};

function fieldsOf(...files: readonly (typeof file)[]): readonly string[] {
  const answer = { processes: [{ pid: 12, files, remarks: [] }] };
  const { differences } = compareFiles(answer, [resting, moving], proc);
  return differences.map(({ subject, field }) => `${subject}: ${field}`);
}

describe('the comparison of open files', () => {
  it('finds no difference where the answer is what /proc says', () => {
    const answer = { processes: [{ pid: 12, files: [file], remarks: [] }] };
    expect(compareFiles(answer, [resting, moving], proc)).to.deep.equal({
      compared: 1,
      excluded: [{ subject: 'file 0 of task 13 "x"', proof: 'it ran' }],
      differences: [],
    });
  });

  it('finds another path, position, flag, mount and inode', () => {
    const where = 'file 3 of task 12 "sleeper"';
    expect(fieldsOf({ ...file, deleted: false })).to.deep.equal([`${where}: path`]);
    expect(fieldsOf({ ...file, positionInBytes: 1 })).to.deep.equal([`${where}: position`]);
    expect(fieldsOf({ ...file, flags: 0o2 })).to.deep.equal([`${where}: flags`]);
    expect(fieldsOf({ ...file, mountId: 1, inodeNumber: 1 })).to.deep.equal([
      `${where}: mount`,
      `${where}: inode`,
    ]);
  });

  it('finds a file that is missing, and one that /proc does not show', () => {
    expect(fieldsOf()).to.deep.equal(['file 3 of task 12 "sleeper": missing']);
    expect(fieldsOf(file, { ...file, fd: 4 })).to.deep.equal([
      'file 4 of task 12 "sleeper": extra',
    ]);
  });

  it('leaves out a file that is missing where the answer says what it lacks', () => {
    const answer = { processes: [{ pid: 12, files: [], remarks: ['the table is lost'] }] };
    const { excluded, differences } = compareFiles(answer, [resting], proc, false);
    expect(differences).to.deep.equal([]);
    expect(compareFiles(answer, [resting], proc).differences).to.have.length(1);
    expect(excluded.map(({ proof }) => proof)).to.deep.equal([
      'files says what it lacks: the table is lost',
    ]);
  });

  it('takes a path of which only the end is known for no claim', () => {
    expect(fieldsOf({ ...file, path: 'file', isComplete: false })).to.deep.equal([]);
  });
});
