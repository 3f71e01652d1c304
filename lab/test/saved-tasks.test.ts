import { greatestPid, readSavedTasks } from '@vmcorekit/lab/introspection/saved-tasks';
import type { SavedProc, SavedText } from '@vmcorekit/lab/truth/saved-proc';
import { expect } from 'chai';

/** The fields of /proc/PID/stat from the third on, those that count at their places in proc(5). */
function statOf(comm: string, state: string, ticks = 5): string {
  const fields = Array.from({ length: 52 }, () => '0');
  const known = { 3: state, 4: 1, 9: 0x400000, 14: ticks, 15: 2, 39: 1 };
  for (const [place, value] of Object.entries(known)) {
    fields[Number(place) - 1] = String(value);
  }
  return `9 (${comm}) ${fields.slice(2).join(' ')}\n`;
}

const status =
  'Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nvoluntary_ctxt_switches:\t6\nnonvoluntary_ctxt_switches:\t1\n';

function procOf(comm: SavedText, second: Readonly<Record<string, SavedText>>): SavedProc {
  return {
    schema: 1,
    startedAt: '',
    savedBy: 10,
    files: {
      '/proc/9/task/9/stat': statOf('a) R (b', 'S'),
      '/proc/9/task/9/status': status,
      '/proc/9/task/9/comm': comm,
      '/proc/9/task/9/stack':
        '[<0>] tun_do_read+0x1a/0x20 [tun]\n[<0>] entry_SYSCALL_64_after_hwframe+0x6e/0xd8\n',
    },
    links: {},
    secondLook: second,
    load: {},
    bpf: { programs: [], maps: [], links: [] },
  };
}

const same = {
  '/proc/9/task/9/stat': statOf('a) R (b', 'S'),
  '/proc/9/task/9/status': status,
};

describe('the tasks that a guest saved', () => {
  it('are read past a name with parentheses', () => {
    const task = readSavedTasks(procOf('a) R (b\n', same)).get(9);
    expect(task).to.deep.include({ ppid: 1, state: 'S', cpu: 1, comm: 'a) R (b', tgid: 9 });
    expect(task?.kernelThread).to.equal(false);
    expect(task?.movedBetweenLooks).to.equal(undefined);
  });

  it('have real and effective users and groups', () => {
    expect(readSavedTasks(procOf('x\n', same)).get(9)).to.include({
      uid: 1,
      euid: 2,
      gid: 5,
      egid: 6,
    });
  });

  it('have the resident size that a walk of the page tables found', () => {
    const proc = procOf('x\n', same);
    const files = { ...proc.files, '/proc/9/smaps_rollup': '0-1 ---p\nRss:          12 kB\n' };
    expect(readSavedTasks({ ...proc, files }).get(9)?.residentSizeInBytes).to.equal(12288);
    expect(readSavedTasks(proc).get(9)?.residentSizeInBytes).to.equal(undefined);
  });

  it('have a name that is not UTF-8 as a reader of UTF-8 sees it', () => {
    const proc = procOf({ latin1: 'x\u00ff\n' }, same);
    expect(readSavedTasks(proc).get(9)?.comm).to.equal('x\ufffd');
  });

  it('have the frames of their stacks with modules', () => {
    expect(readSavedTasks(procOf('x\n', same)).get(9)?.stack).to.deep.equal([
      { symbol: 'tun_do_read', offset: 0x1a, module: 'tun' },
      { symbol: 'entry_SYSCALL_64_after_hwframe', offset: 0x6e, module: null },
    ]);
  });

  it('moved where the second look has more time on a CPU', () => {
    const later = { ...same, '/proc/9/task/9/stat': statOf('a) R (b', 'S', 6) };
    expect(readSavedTasks(procOf('x\n', later)).get(9)?.movedBetweenLooks).to.equal(
      "its ticks went from 7 to 8 between the guest's two looks",
    );
  });

  it('moved where the second look lacks them', () => {
    expect(readSavedTasks(procOf('x\n', {})).get(9)?.movedBetweenLooks).to.equal('it ended');
  });

  it('say which pids were given by the first look', () => {
    expect(greatestPid(procOf('x\n', { ...same, '/proc/4/task/31/stat': '' }))).to.equal(9);
  });
});
