import { compareProcesses } from '@vmcorekit/lab/introspection/compare-processes';
import { expect } from 'chai';
import { moving, procOf, resting } from './proc-of.ts';

const proc = procOf(
  {
    '/proc/12/cmdline': 'nc\0-l\0\0',
    '/proc/12/environ': 'A=1\0B=\0',
    '/proc/12/cgroup': '0::/lab/inner\n',
    '/proc/12/status': 'NSpid:\t12\t1\nCapInh:\t0000000000000000\nCapEff:\t00000000000001ff\n',
  },
  {
    '/proc/12/exe': '/tmp/gone (deleted)',
    '/proc/12/cwd': '/inside',
    '/proc/12/root': '/root',
    '/proc/12/ns/net': 'net:[4026531840]',
  },
);
const place = (path: string, isDeleted = false) => ({ path, isDeleted, isComplete: true });
const details = {
  fullName: 'nc',
  executable: place('/tmp/gone', true),
  workingFolder: place('/inside'),
  root: place('/root'),
  cgroup: '/lab/inner',
  namespaces: { net: 4026531840 },
  pids: [12, 1],
  capabilities: { inheritable: '0x0', effective: '0x1ff' },
};
const task = {
  pid: 12,
  arguments: {
    commandLine: { texts: ['nc', '-l', ''], because: null },
    environment: { texts: ['A=1', 'B='], because: null },
  },
  details,
};

interface Texts {
  readonly texts: readonly string[];
  readonly because: string | null;
}

function differencesOf(
  changed: Partial<
    Omit<typeof task, 'arguments'> & {
      readonly arguments: { readonly commandLine: Texts; readonly environment: Texts };
    }
  >,
): readonly string[] {
  const { differences } = compareProcesses(
    { tasks: [{ ...task, ...changed }] },
    [resting, moving],
    proc,
  );
  return differences.map(({ field }) => field);
}

describe('the comparison of processes', () => {
  it('finds no difference where the answer is what /proc says', () => {
    expect(compareProcesses({ tasks: [task] }, [resting, moving], proc)).to.deep.equal({
      compared: 1,
      excluded: [{ subject: moving.subject, proof: 'it ran' }],
      differences: [],
    });
  });

  it('finds another argument, variable, place, namespace, cgroup, pid and capability', () => {
    const other = { texts: ['other'], because: null };
    expect(differencesOf({ arguments: { commandLine: other, environment: other } })).to.deep.equal([
      'commandLine',
      'environment',
    ]);
    const wrong = {
      ...details,
      executable: place('/tmp/gone'),
      root: place('/'),
      cgroup: '/',
      namespaces: { net: 1 },
      pids: [12],
      capabilities: { inheritable: '0x0', effective: '0x1fe' },
    };
    expect(differencesOf({ details: wrong })).to.have.members([
      ...['executable', 'root', 'cgroup', 'pids', 'effective', 'namespace net'],
    ]);
  });

  it('takes a text that could be read only in part for no claim', () => {
    const partial = { texts: ['nc'], because: 'the page is lost' };
    expect(differencesOf({ arguments: { ...task.arguments, commandLine: partial } })).to.deep.equal(
      [],
    );
  });
});
