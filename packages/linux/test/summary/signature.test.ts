import type { StackFrame } from '@vmcorekit/core';
import { signatureOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { fnv1a64 } from '../../dist/summary/fnv-1a.js';
import { culpritIndex, functionNameOf } from '../../dist/summary/panic-machinery.js';
import { hasWholeSignature, normalizedReason } from '../../dist/summary/signature.js';

type Frame = Pick<StackFrame, 'symbol' | 'kind' | 'isGuess'>;

/** Frames by name; `~name` was interrupted, `?name` is a guess, `user` is of a program. */
function frames(...names: readonly string[]): Frame[] {
  return names.map((name) => ({
    symbol: name === 'user' ? null : name.replace(/^[~?]/, ''),
    kind: name === 'user' ? 'user' : name.startsWith('~') ? 'interrupted' : 'return',
    isGuess: name.startsWith('?'),
  }));
}

const panic = 'Kernel panic - not syncing: ';

describe('the hash of a signature', () => {
  it('is FNV-1a 64, as its authors test it', () => {
    expect(['', 'a', 'foobar'].map(fnv1a64)).to.deep.equal([
      'cbf29ce484222325',
      'af63dc4c8601ec8c',
      '85944171f73967e8',
    ]);
  });
});

describe('culpritIndex', () => {
  it('skips what waits and prints after a panic', () => {
    const trace = frames('delay_tsc', 'vpanic', 'panic', 'sysrq_handle_crash', 'vfs_write', 'user');
    expect(culpritIndex(trace, `${panic}sysrq triggered crash`)).to.equal(3);
  });

  it('stops at the instruction that faulted', () => {
    const oops = ['__crash_kexec', 'crash_kexec', 'oops_end', 'page_fault_oops', 'exc_page_fault'];
    const trace = frames(...oops, 'asm_exc_page_fault', '~broken_read', 'vfs_read');
    expect(culpritIndex(trace, `${panic}Fatal exception`)).to.equal(6);
  });

  it('keeps a page fault of the program that an NMI interrupted', () => {
    const nmi = frames(
      'panic',
      'nmi_panic.cold',
      'unknown_nmi_error',
      'exc_nmi',
      '~handle_mm_fault',
    );
    const trace = [...nmi, ...frames('exc_page_fault', 'asm_exc_page_fault', 'user')];
    expect(culpritIndex(trace, `${panic}NMI: Not continuing`)).to.equal(2);
  });

  it('of a lock-up is what the CPU could not leave', () => {
    const trace = frames(
      'panic',
      'watchdog_timer_fn.cold',
      'hrtimer_interrupt',
      '~spins',
      'caller',
    );
    expect(culpritIndex(trace, `${panic}softlockup: hung tasks`)).to.equal(3);
  });

  it('is not known where no frame ends the kernel, or none follows', () => {
    expect(culpritIndex(frames('schedule', 'do_nanosleep'), panic)).to.equal(undefined);
    expect(culpritIndex(frames('delay_tsc', 'panic'), panic)).to.equal(undefined);
    expect(culpritIndex([], panic)).to.equal(undefined);
  });

  it('is no frame that has lost its name, and none after it', () => {
    const trace = frames('panic', 'vpanic', 'sysrq_handle_crash').map((frame, index) =>
      index === 1 ? { ...frame, symbol: null } : frame,
    );
    expect(culpritIndex(trace, panic)).to.equal(undefined);
    expect(culpritIndex(frames('panic', '?sysrq_handle_crash'), panic)).to.equal(undefined);
  });
});

describe('hasWholeSignature', () => {
  it('needs every frame that a signature takes, with its name', () => {
    const five = frames('a', 'b', 'c', 'd', 'e');
    expect(hasWholeSignature(five, false)).to.equal(true);
    expect(hasWholeSignature(five.slice(0, 4), false)).to.equal(false);
    expect(hasWholeSignature(five.slice(0, 4), true)).to.equal(true);
    expect(hasWholeSignature(frames('a', 'b', 'user'), false)).to.equal(true);
    expect(hasWholeSignature(frames('a', '?b', 'user'), true)).to.equal(false);
    const unnamed = frames('a', 'b', 'user').map((frame, index) =>
      index === 1 ? { ...frame, symbol: null } : frame,
    );
    expect(hasWholeSignature(unnamed, true)).to.equal(false);
  });
});

describe('signatureOf', () => {
  it('is the same for two boots and two builds of one bug', () => {
    const one = signatureOf(
      `${panic}stack-protector: Kernel stack is corrupted in: foo+0x12/0x40`,
      frames('foo.cold', 'bar.isra.0', 'do_syscall_64', 'entry_SYSCALL_64_after_hwframe', 'user'),
    );
    const other = signatureOf(
      `${panic}stack-protector: Kernel stack is corrupted in: foo+0x30/0x77`,
      frames('foo', 'bar', 'x64_sys_call', 'do_syscall_64', 'user'),
    );
    expect(one).to.deep.equal(other);
    expect(one.text).to.equal('stack-protector: Kernel stack is corrupted in: foo | foo < bar');
  });

  it('leaves out what an interrupt interrupted, and guesses', () => {
    const trace = frames('handler', '?stale', 'asm_common_interrupt', '~victim', 'vfs_read');
    expect(signatureOf(`${panic}x`, trace).functions).to.deep.equal(['handler']);
  });

  it('has five functions at the most', () => {
    expect(signatureOf(panic, frames('a', 'b', 'c', 'd', 'e', 'f')).functions).to.have.length(5);
  });

  it('is bounded, and obeys no text out of the dump', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.string(), (line, symbol) => {
        const { text, hash } = signatureOf(line, [{ symbol, kind: 'return', isGuess: false }]);
        expect(text).to.match(/^[\x20-\x7e]{0,256}$/);
        expect(hash).to.equal(fnv1a64(text));
      }),
    );
  });
});

describe('normalizedReason', () => {
  const cases = [
    [
      'BUG: unable to handle page fault for address: ffffc90000123000',
      'BUG: unable to handle page fault for address: N',
    ],
    [
      'BUG: kernel NULL pointer dereference, address: 0000000000000008',
      'BUG: kernel NULL pointer dereference, address: N',
    ],
    [
      'Oops: general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] PREEMPT SMP NOPTI',
      'general protection fault, probably for non-canonical address N',
    ],
    [`${panic}Attempted to kill init! exitcode=0x0000000b`, 'Attempted to kill init! exitcode=N'],
    ['kernel BUG at mm/slub.c:448!', 'kernel BUG at mm/slub.c:N!'],
    [
      'watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [loop:712]',
      'watchdog: BUG: soft lockup - CPU#N stuck for 26s! [loop:N]',
    ],
  ] as const;
  for (const [line, reason] of cases) {
    it(`makes "${reason.slice(0, 50)}"`, () => {
      expect(normalizedReason(line)).to.equal(reason);
    });
  }
});

describe('functionNameOf', () => {
  it('drops what a compiler adds', () => {
    const names = ['a.cold', 'a.isra.0', 'a.part.0.constprop.1', 'a.llvm.7', '.cold', 'a.b'];
    expect(names.map(functionNameOf)).to.deep.equal(['a', 'a', 'a', 'a', '.cold', 'a.b']);
  });
});
