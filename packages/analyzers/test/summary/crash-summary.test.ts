import type { BtStack, CrashSummaryReport } from '@vmcorekit/analyzers';
import { signatureOf } from '@vmcorekit/linux';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { crashSummaryLines } from '../../dist/summary/crash-summary-text.js';
import { analyze, emptyDump, guest } from '../guest.ts';

const stack: BtStack = {
  pid: 7,
  cpu: 1,
  task: '0xffff888000001000',
  comm: 'breaks',
  state: 'R',
  frames: [],
  end: { reason: 'lost', isComplete: false, detail: 'no page at 0x1000' },
  by: 'orc',
};

const running: CrashSummaryReport = {
  release: '6.1.0-test',
  isRunning: true,
  uptimeInSeconds: 45,
  taint: { mask: 0, letters: '' },
  panic: null,
  cpu: null,
  task: null,
  stack: null,
  culprit: null,
  module: null,
  taintedModules: [],
  signature: null,
  blocked: [],
  hung: [],
  stuck: [],
};

const signature = signatureOf(
  { text: 'Kernel panic - not syncing: x', oops: [] },
  { functions: ['bad [broken]'], from: 'stack' },
);
const crashed: CrashSummaryReport = {
  ...running,
  isRunning: false,
  taint: { mask: 4096, letters: 'O' },
  panic: {
    text: 'Kernel panic - not syncing: Fatal exception',
    nanoseconds: 5,
    oops: ['BUG: kernel NULL pointer dereference', 'Oops: 0002 [#1] SMP'],
    instruction: 'RIP: 0010:bad+0x1/0x2 [broken]',
  },
  cpu: { number: 1, from: 'panic_cpu', registers: { rip: '0xffffffff81000000', cr3: '0x1000' } },
  task: { address: '0xffff888000001000', pid: 7, comm: 'breaks\u001b[2J', state: 'R' },
  stack,
  module: 'broken',
  taintedModules: [{ name: 'broken', taints: 'OE' }],
  signature,
};

describe('crash-summary', () => {
  it('says that a kernel was running, and what hangs in it', () => {
    const lines = crashSummaryLines({
      ...running,
      blocked: [{ count: 2, pids: [3, 4], stack: { ...stack, state: 'D' } }],
      hung: [{ pid: 3, comm: 'umount', seconds: 241, nanoseconds: 9 }],
      stuck: ['watchdog: BUG: soft lockup - CPU#1 stuck for 26s!'],
    });
    expect(lines[0]).to.equal('panic       none: the kernel was running');
    expect(lines.slice(4)).to.deep.equal([
      '',
      'CPUs that the kernel called stuck:',
      '  watchdog: BUG: soft lockup - CPU#1 stuck for 26s!',
      '',
      'hung tasks, by the log: 3 umount (241 s or more)',
      '',
      '2 tasks in state D:',
      '',
      '2 tasks: 3 4',
      '    incomplete: no page at 0x1000',
    ]);
  });

  it('shows the oops, the CPU, the module and the signature of a crash', () => {
    const lines = crashSummaryLines(crashed);
    expect(lines.slice(0, 4)).to.deep.equal([
      'panic       Kernel panic - not syncing: Fatal exception',
      'oops        BUG: kernel NULL pointer dereference',
      'oops        Oops: 0002 [#1] SMP',
      'at          RIP: 0010:bad+0x1/0x2 [broken]',
    ]);
    expect(lines).to.include.members([
      'CPU         1 (by panic_cpu)',
      'module      broken',
      'tainted by  broken (OE)',
      'signature   x | bad [broken]',
      `hash        ${signature.hash}`,
      '      rip: ffffffff81000000',
      'no task is in state D',
    ]);
  });

  it('does not call a kernel running where its log is lost', () => {
    const [line] = crashSummaryLines({ ...running, isRunning: false });
    expect(line).to.equal('panic       –');
  });

  it('escapes what the dump chose', () => {
    const text = crashSummaryLines(crashed).join('\n');
    expect(text).to.include('breaks\\x1b[2J').and.not.include('\u001b');
  });

  it('says that there is no kernel', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] });
    const report = await analyze('crash-summary', emptyDump(memory));
    expect(report).to.deep.include({
      text: ['no answer to what crashed: no kernel was found in memory'],
      data: null,
    });
  });

  it('answers for a kernel of which hardly anything is known', async () => {
    const { dump } = guest();
    const { data, text, remarks } = await analyze('crash-summary', dump);
    expect(data).to.include({ panic: null, cpu: null, signature: null, stack: null });
    expect(data).to.include({ blocked: null });
    expect(text).to.include('which tasks are in state D is not known');
    expect(remarks?.join('; ')).to.include('the kernel did not panic');
  });
});
