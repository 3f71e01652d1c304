import { expect } from 'chai';
import { crashClassOf } from '../../dist/summary/crash-kind.js';
import { signatureOf } from '../../dist/summary/signature.js';

const panic = 'Kernel panic - not syncing: ';

/**
 * Lines as the kernels print them: of an oops the first and the numbered one. Source: Linux, as
 * crash-kind.ts names the files.
 */
const oopses = [
  // x86-64: since 5.1, before, and since 6.10.
  [
    'BUG: kernel NULL pointer dereference, address: 0000000000000008',
    'Oops: 0002 [#1] PREEMPT SMP NOPTI',
    ...['null-pointer', 'NULL pointer dereference'],
  ],
  [
    'BUG: unable to handle kernel NULL pointer dereference at 0000000000000008',
    'Oops: 0002 [#1] SMP PTI',
    ...['null-pointer', 'NULL pointer dereference'],
  ],
  [
    'BUG: unable to handle page fault for address: ffffc90000123000',
    'Oops: Oops: 0002 [#1] PREEMPT SMP NOPTI',
    ...['page-fault', 'page fault'],
  ],
  [
    'BUG: unable to handle kernel paging request at ffffc90000123000',
    'Oops: 0000 [#1] SMP',
    ...['page-fault', 'page fault'],
  ],
  [
    'general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] SMP',
    null,
    ...['general-protection', 'general protection fault'],
  ],
  [
    'Oops: general protection fault, maybe for address 0x0: 0000 [#1] PREEMPT SMP NOPTI',
    null,
    ...['general-protection', 'general protection fault'],
  ],
  [
    'kernel BUG at mm/slub.c:448!',
    'invalid opcode: 0000 [#1] PREEMPT SMP NOPTI',
    ...['bug', 'kernel BUG at mm/slub.c:N!'],
  ],
  [
    'kernel BUG at /var/lib/dkms/zfs/2.1.11/build/module/zfs/arc.c:12!',
    'Oops: invalid opcode: 0000 [#1] PREEMPT SMP',
    ...['bug', 'kernel BUG at zfs/arc.c:N!'],
  ],
  ['divide error: 0000 [#1] PREEMPT SMP', null, ...['oops', 'divide error']],
  ['double fault: 0000 [#1] PREEMPT SMP', null, ...['double-fault', 'double fault']],
  [
    'BUG: TASK stack guard page was hit at 00000000a3f1e2d9 (stack is 0000000012345678..00000000a3f1e2d8)',
    'Oops: stack guard page: 0000 [#1] PREEMPT SMP',
    ...['stack-overflow', 'stack overflow'],
  ],
  // arm64 and riscv64.
  [
    'Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008',
    'Internal error: Oops: 0000000096000004 [#1] SMP',
    ...['null-pointer', 'NULL pointer dereference'],
  ],
  [
    'Unable to handle kernel paging request at virtual address ffff800012345678',
    'Internal error: Oops: 96000004 [#1] SMP',
    ...['page-fault', 'page fault'],
  ],
  [
    'kernel BUG at mm/slub.c:448!',
    'Internal error: Oops - BUG: 00000000f2000800 [#1] SMP',
    ...['bug', 'kernel BUG at mm/slub.c:N!'],
  ],
  // s390x.
  [
    'Unable to handle kernel pointer dereference in virtual kernel address space',
    'Oops: 0004 ilc:2 [#1] SMP',
    ...['page-fault', 'page fault'],
  ],
  ['illegal operation: 0001 ilc:1 [#1] SMP', null, ...['oops', 'illegal operation']],
  // ppc64.
  [
    'BUG: Kernel NULL pointer dereference on read at 0x00000000',
    'Oops: Kernel access of bad area, sig: 11 [#1]',
    ...['null-pointer', 'NULL pointer dereference'],
  ],
  [
    'BUG: Unable to handle kernel data access on write at 0xc00a000012345678',
    'Oops: Kernel access of bad area, sig: 11 [#1]',
    ...['page-fault', 'page fault'],
  ],
] as const;

const panics = [
  ['sysrq triggered crash', 'sysrq', 'sysrq triggered crash'],
  ['hung_task: blocked tasks', 'hung-task', 'hung_task: blocked tasks'],
  ['softlockup: hung tasks', 'soft-lockup', 'softlockup: hung tasks'],
  ['Hard LOCKUP', 'hard-lockup', 'Hard LOCKUP'],
  ['RCU Stall', 'rcu-stall', 'RCU Stall'],
  ['NMI: Not continuing', 'nmi', 'NMI: Not continuing'],
  ['NMI IOCK error: Not continuing', 'nmi', 'NMI IOCK error: Not continuing'],
  ['Fatal local machine check', 'machine-check', 'Fatal local machine check'],
  [
    'Out of memory: system-wide panic_on_oom is enabled',
    ...['out-of-memory', 'Out of memory: system-wide panic_on_oom is enabled'],
  ],
  ['System is deadlocked on memory', 'out-of-memory', 'System is deadlocked on memory'],
  [
    'stack-protector: Kernel stack is corrupted in: foo+0x12/0x40 [bar]',
    ...['stack-protector', 'stack-protector: Kernel stack is corrupted in: foo [bar]'],
  ],
  [
    'Attempted to kill init! exitcode=0x0000000b',
    ...['init-died', 'Attempted to kill init! exitcode=0x0000000b'],
  ],
  ['kernel: panic_on_warn set ...', 'warning', 'kernel: panic_on_warn set ...'],
  ['kernel stack overflow', 'stack-overflow', 'stack overflow'],
  ['Fatal exception in interrupt', 'oops', 'Fatal exception in interrupt'],
  [
    'VFS: Unable to mount root fs on unknown-block(0,0)',
    ...['panic', 'VFS: Unable to mount root fs on unknown-block(N,N)'],
  ],
  [
    'EXT4-fs (device dm-0): panic forced after error',
    ...['panic', 'EXT4-fs (device): panic forced after error'],
  ],
  ['panicked while NMI', 'panic', 'panicked while NMI'],
] as const;

describe('the kind and the message of a crash', () => {
  for (const [line, numbered, kind, message] of oopses) {
    it(`of "${(numbered === null ? line : `${line.slice(0, 30)} … ${numbered}`).slice(0, 64)}"`, () => {
      const oops = numbered === null ? [line] : [line, numbered];
      const found = signatureOf({ text: `${panic}Fatal exception`, oops }, null);
      expect([found.kind, found.message]).to.deep.equal([kind, message]);
    });
  }

  for (const [line, kind, message] of panics) {
    it(`of "${line.slice(0, 64)}"`, () => {
      const found = signatureOf({ text: panic + line, oops: [] }, null);
      expect([found.kind, found.message]).to.deep.equal([kind, message]);
    });
  }

  it('accuses no stack where an event from outside met a task by chance', () => {
    const accused = (line: string) => crashClassOf({ text: panic + line, oops: [] }).accused;
    expect(accused('NMI: Not continuing')).to.equal('none');
    expect(accused('System is deadlocked on memory')).to.equal('none');
    expect(accused('softlockup: hung tasks')).to.equal('interrupted');
    expect(accused('sysrq triggered crash')).to.equal('caller');
  });
});
