import type { AnsweredFrame } from '@vmcorekit/lab/introspection/answers';
import { compareStacks } from '@vmcorekit/lab/introspection/compare-stacks';
import { readSchedulerText } from '@vmcorekit/lab/introspection/introspect-guest';
import type { SavedTask } from '@vmcorekit/lab/introspection/saved-tasks';
import { expect } from 'chai';

const reader: SavedTask = {
  pid: 12,
  tgid: 12,
  ppid: 1,
  comm: 'reader',
  state: 'S',
  cpu: 0,
  kernelThread: false,
  uid: 0,
  gid: 0,
  euid: 0,
  egid: 0,
  nice: 0,
  virtualSizeInBytes: 8192,
  residentSizeInBytes: undefined,
  startTimeInTicks: 123,
  minorFaults: 1,
  majorFaults: 0,
  voluntarySwitches: 3,
  involuntarySwitches: 0,
  stack: [
    { symbol: 'tun_do_read', offset: 0x10, module: 'tun' },
    { symbol: 'vfs_read', offset: 0x20, module: null },
  ],
  movedBetweenLooks: undefined,
};
const scheduler = { start: 0xffffffff81e00000n, end: 0xffffffff81e10000n };
const frames: readonly AnsweredFrame[] = [
  { address: '0xffffffff81e00123', symbol: '__schedule', offset: 0x123, module: null },
  { address: '0xffffffffc0001010', symbol: 'tun_do_read', offset: 0x10, module: 'tun' },
  { address: '0xffffffff81200020', symbol: 'vfs_read', offset: 0x20, module: null },
  { address: '0x401000', kind: 'user' },
];

function compare(saved: SavedTask, answered: readonly AnsweredFrame[]) {
  const truth = {
    tasks: new Map([[saved.pid, saved]]),
    greatestPid: 20,
    savedBy: 20,
    panickedPid: undefined,
  };
  const answer = { stacks: [{ pid: 12, frames: answered }] };
  return compareStacks(answer, { tasks: [] }, truth, scheduler);
}

describe('the comparison of stacks', () => {
  it('leaves out what /proc leaves out: the scheduler and user space', () => {
    expect(compare(reader, frames)).to.deep.equal({ compared: 1, excluded: [], differences: [] });
  });

  it('shows both stacks from the first frame that differs', () => {
    const wrong = frames.map((frame) => ({ ...frame, module: null }));
    expect(compare(reader, wrong).differences).to.deep.equal([
      {
        subject: 'task 12 "reader"',
        field: 'frame 0',
        truth: 'tun_do_read+0x10 [tun] < vfs_read+0x20',
        answer: 'tun_do_read+0x10 < vfs_read+0x20',
      },
    ]);
  });

  it("leaves out the frame of ppc64's switch, where an older call left its address", () => {
    const switching = { symbol: '__switch_to', offset: 0x1cc, module: null };
    const stale = { symbol: 'update_other_load_avgs', offset: 0xac, module: null };
    const saved = { ...reader, stack: [stale, switching, ...(reader.stack ?? [])] };
    const answered = { address: '0xffffffff81300000', ...switching };
    expect(compare(saved, [answered, ...frames]).differences).to.deep.equal([]);
  });

  it('finds a frame too few and one too many', () => {
    expect(compare(reader, frames.slice(0, 2)).differences[0]).to.include({
      field: 'frame 1',
      truth: 'vfs_read+0x20',
      answer: '',
    });
    const longer = [...frames, { address: '0xffffffff81300000', symbol: 'extra', offset: 0 }];
    expect(compare(reader, longer).differences[0]).to.include({
      field: 'frame 2',
      answer: 'extra+0x0',
    });
  });

  it('leaves out the rest of an incomplete stack of a kernel without types', () => {
    const truth = {
      tasks: new Map([[reader.pid, reader]]),
      greatestPid: 20,
      savedBy: 20,
      panickedPid: undefined,
    };
    const end = { isComplete: false, reason: 'unknown-code' };
    const of = (hasTypes: boolean, answered: readonly AnsweredFrame[]) =>
      compareStacks(
        { stacks: [{ pid: 12, frames: answered, end }] },
        { tasks: [] },
        truth,
        scheduler,
        hasTypes,
      );
    expect(of(false, frames.slice(0, 2)).excluded[0]?.proof).to.equal(
      'bt says that it is not complete: unknown-code',
    );
    expect(of(false, frames).compared).to.equal(1);
    expect(of(true, frames.slice(0, 2)).differences).to.have.length(1);
    const wrong = frames.slice(0, 2).map((frame) => ({ ...frame, module: null }));
    expect(of(false, wrong).differences).to.have.length(1);
  });

  it('leaves out a stack that ends at a kretprobe for the guest too', () => {
    const truth = {
      tasks: new Map([[reader.pid, reader]]),
      greatestPid: 20,
      savedBy: 20,
      panickedPid: undefined,
    };
    const detail = 'a tracer replaced the return address at 0x1, and has no record of it';
    const end = { isComplete: false, reason: 'broken', detail };
    const of = (answered: readonly AnsweredFrame[]) =>
      compareStacks(
        { stacks: [{ pid: 12, frames: answered, end }] },
        { tasks: [] },
        truth,
        scheduler,
      );
    expect(of(frames.slice(0, 2)).excluded).to.have.length(1);
    expect(of(frames.slice(0, 1)).differences).to.have.length(1);
  });

  it('excludes tasks that ran or were dead, and says so', () => {
    for (const [state, proof] of [
      ['R', 'it was running or about to'],
      ['Z', 'it was dead'],
    ] as const) {
      expect(compare({ ...reader, state }, []).excluded[0]?.proof).to.equal(proof);
    }
  });

  it('reads the scheduler’s bounds from the guest’s symbols', () => {
    expect(
      readSchedulerText(
        'ffffffff81e00000 T __sched_text_start\nffffffff81e10000 T __sched_text_end\n',
      ),
    ).to.deep.equal(scheduler);
    expect(() => readSchedulerText('')).to.throw('__sched_text_start');
  });
});
