import { compareAreas, pidsOfMemory } from '@vmcorekit/lab/introspection/compare-areas';
import { expect } from 'chai';
import { moving, procOf, resting } from './proc-of.ts';

const proc = procOf({
  '/proc/12/maps': [
    '00400000-00401000 r-xp 00001000 00:15 94                                 /tmp/gone (deleted)',
    '005e5000-005ec000 rw-p 00000000 00:00 0 ',
    '7ffd29d0d000-7ffd29d2e000 rw-p 00000000 00:00 0                          [stack]',
    'ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]',
    '',
  ].join('\n'),
  '/proc/13/maps': '00400000-00401000 r-xp 00001000 00:15 94 /bin/x\n',
});
const nameless = {
  start: '0x5e5000',
  end: '0x5ec000',
  flags: 'rw-p',
  offset: '0x0',
  file: null,
  device: null,
  inodeNumber: null,
  path: null,
  deleted: false,
  name: null,
};
const stack = { ...nameless, start: '0x7ffd29d0d000', end: '0x7ffd29d2e000', name: '[stack]' };
const code = {
  start: '0x400000',
  end: '0x401000',
  flags: 'r-xp',
  offset: '0x1000',
  file: '0x1',
  device: '0:21',
  inodeNumber: 94,
  path: '/tmp/gone',
  deleted: true,
  name: null,
};

type Area = Omit<typeof code, 'file' | 'device' | 'inodeNumber' | 'path' | 'name'> & {
  readonly file: string | null;
  readonly device: string | null;
  readonly inodeNumber: number | null;
  readonly path: string | null;
  readonly name: string | null;
};

function fieldsOf(...areas: readonly Area[]): readonly string[] {
  const answers = new Map([[12, { virtualMemoryAreas: areas }]]);
  return compareAreas(answers, [resting], proc).differences.map(({ field }) => field);
}

describe('the comparison of memory areas', () => {
  it('finds no difference where the answer is what /proc says', () => {
    const answers = new Map([[12, { virtualMemoryAreas: [code, nameless, stack] }]]);
    expect(compareAreas(answers, [resting, moving], proc)).to.deep.equal({
      compared: 3,
      excluded: [{ subject: 'area 0x400000 of task 13 "x"', proof: 'it ran' }],
      differences: [],
    });
  });

  it('finds another end, right, offset, device, inode and name', () => {
    const wrong = { ...code, end: '0x402000', flags: 'rwxp', offset: '0x0', deleted: false };
    expect(fieldsOf({ ...wrong, device: '0:15', inodeNumber: 9 }, nameless, stack)).to.deep.equal([
      ...['end', 'flags', 'offset', 'device', 'inode', 'name'],
    ]);
  });

  it('finds a file or a name where there is none', () => {
    expect(fieldsOf(code, { ...nameless, name: '[heap]' }, stack)).to.deep.equal(['name']);
    expect(fieldsOf(code, nameless, { ...stack, name: null })).to.deep.equal(['name']);
  });

  it('takes a file that cannot be read for no claim', () => {
    const lost = { ...code, device: null, inodeNumber: null, path: null };
    expect(fieldsOf(lost, nameless, stack)).to.deep.equal([]);
  });

  it('asks only about processes that have memory and did not move', () => {
    const kernelThread = { ...resting, pid: 2 };
    expect(pidsOfMemory([resting, moving, kernelThread], proc)).to.deep.equal([12]);
  });
});
