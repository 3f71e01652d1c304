import { arm64, mips, x8664 } from '@vmcorekit/architectures';
import type { Architecture, Task } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { linesOf, wordsKernel } from './words-kernel.ts';

const types = btfTypes(
  cBtf({
    list_head: ['struct list_head *next', 'struct list_head *prev'],
    sigset: ['u64 sig[1]'],
    sigpending: ['struct list_head list', 'struct sigset signal'],
    siginfo: ['s32 si_signo', 's32 si_errno'],
    sigqueue: ['struct list_head list', 'u64 flags', 'struct siginfo info'],
    sigaction: ['void *sa_handler', 'u64 sa_flags', 'struct sigset sa_mask'],
    k_sigaction: ['struct sigaction sa'],
    sighand_struct: ['u64 count', 'struct k_sigaction action[64]'],
    signal_struct: ['u32 nr_threads', 'struct sigpending shared_pending'],
    task_struct: [
      'struct signal_struct *signal',
      'struct sighand_struct *sighand',
      'struct sigset blocked',
      'struct sigpending pending',
    ],
  }),
  { wordSizeInBits: 64 },
);

/** A task that handles SIGINT, ignores SIGHUP, blocks SIGUSR1, and has it and SIGUSR2 queued. */
function signalKernel(architecture: Architecture = x8664) {
  const place = new FieldKernel(architecture, types);
  const [like] = wordsKernel().tasks;
  const [signal, sighand] = [place.make('signal_struct'), place.make('sighand_struct')];
  place.set(signal, 'signal_struct', { nr_threads: 2 });
  const address = place.make('task_struct', { signal, sighand });
  place.put(place.at(sighand, 'sighand_struct', 'action'), 1n, 0n, 0n);
  place.put(place.at(sighand, 'sighand_struct', 'action') + 24n, 0x401000n, 0x14000000n, 0x200n);
  place.put(place.at(address, 'task_struct', 'blocked'), 0x200n);
  const [own, shared] = [
    place.at(address, 'task_struct', 'pending'),
    place.at(signal, 'signal_struct', 'shared_pending'),
  ];
  place.emptyList(own);
  place.emptyList(shared);
  const queued = [10, 12].map((number) => {
    const at = place.make('sigqueue');
    place.put(place.at(at, 'sigqueue', 'info'), BigInt(number));
    return at;
  });
  place.append(shared, ...queued);
  place.put(shared + 16n, 0xa00n);
  const task = { ...like, address, pid: 10, tgid: 10, comm: 'init' } as Task;
  const kernel = place.kernel({ tasks: () => [task] });
  const current = { address, pid: 10, cpu: 0 };
  const run = (line: string) => linesOf({ kernel, current }, line.split(' '));
  return { place, address, signal, sighand, queued, run };
}

describe('sig', () => {
  it('shows handlers by their flags, the blocked set, and what is pending', async () => {
    const { run, place, address, signal, sighand, queued } = signalKernel();
    const text = (value: bigint) => value.toString(16);
    const lines = await run('sig');
    const actions = place.at(sighand, 'sighand_struct', 'action');
    expect(lines.slice(0, 5)).to.deep.equal([
      `PID: 10       TASK: ${text(address)}  CPU: 0    COMMAND: "init"`,
      `SIGNAL_STRUCT: ${text(signal)}  NR_THREADS: 2`,
      ' SIG  SIGACTION         HANDLER           MASK              FLAGS',
      ` [1]  ${text(actions)}  SIG_IGN           0000000000000000  0`,
      ` [2]  ${text(actions + 24n)}  401000            0000000000000200  ` +
        '14000000 (SA_RESTORER|SA_RESTART)',
    ]);
    expect(lines[5]).to.match(/^ \[3\] {2}\w+ {2}SIG_DFL/);
    const infos = queued.map((at) => text(place.at(at, 'sigqueue', 'info')));
    expect(lines.slice(67)).to.deep.equal([
      'SIGPENDING: yes',
      '   BLOCKED: 0000000000000200',
      'PRIVATE_PENDING',
      '    SIGNAL: 0000000000000000',
      '  SIGQUEUE: (empty)',
      'SHARED_PENDING',
      '    SIGNAL: 0000000000000a00',
      '  SIGQUEUE:  SIG  SIGINFO',
      `              10  ${infos[0]}`,
      `              12  ${infos[1]}`,
    ]);
  });

  it('says that a queue is torn', async () => {
    const { run, place, queued } = signalKernel();
    place.put((queued[0] ?? 0n) + 8n, 0x11n);
    expect((await run('sig')).at(-1)).to.match(/^sig: the list at /);
  });

  it('says what a task no longer has after its end', async () => {
    const { run, place, address } = signalKernel();
    place.set(address, 'task_struct', { sighand: 0n });
    expect(await run('sig')).to.contain('SIGHAND_STRUCT: none: the task has exited');
    place.set(address, 'task_struct', { signal: 0n });
    expect((await run('sig')).at(-1)).to.equal('SIGNAL_STRUCT: none: the task has been released');
  });

  it("names the numbers, and the signals of a set, as crash's table does", async () => {
    const { run } = signalKernel(arm64);
    const lines = await run('sig -l');
    expect(lines).to.have.length(64);
    expect([5, 31, 47, 48, 63].map((at) => lines[at])).to.deep.equal([
      ' [6] SIGABRT/SIGIOT',
      '[32] SIGRTMIN',
      '[48] SIGRTMIN+16',
      '[49] SIGRTMAX-15',
      '[64] SIGRTMAX',
    ]);
    expect(await run('sig -s 4012')).to.deep.equal(['SIGINT SIGTRAP SIGTERM']);
  });

  it('names no number on MIPS, which has others', async () => {
    const { run } = signalKernel(mips);
    expect(await run('sig -l').catch(({ code }) => code)).to.equal('usage');
    expect((await run('sig'))[4]).to.match(/ 14000000$/);
  });
});
