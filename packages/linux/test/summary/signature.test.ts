import { signatureOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { fnv1a64 } from '../../dist/summary/fnv-1a.js';
import { culpritIndex, functionNameOf } from '../../dist/summary/panic-machinery.js';
import { framesOf } from './frames-of.ts';

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
    const trace = framesOf(
      'delay_tsc',
      'vpanic',
      'panic',
      'sysrq_handle_crash',
      'vfs_write',
      'user',
    );
    expect(culpritIndex(trace, `${panic}sysrq triggered crash`)).to.equal(3);
  });

  it('stops at the instruction that faulted', () => {
    const oops = ['__crash_kexec', 'crash_kexec', 'oops_end', 'page_fault_oops', 'exc_page_fault'];
    const trace = framesOf(...oops, 'asm_exc_page_fault', '~broken_read', 'vfs_read');
    expect(culpritIndex(trace, `${panic}Fatal exception`)).to.equal(6);
  });

  it('keeps a page fault of the program that an NMI interrupted', () => {
    const nmi = framesOf(
      'panic',
      'nmi_panic.cold',
      'unknown_nmi_error',
      'exc_nmi',
      '~handle_mm_fault',
    );
    const trace = [...nmi, ...framesOf('exc_page_fault', 'asm_exc_page_fault', 'user')];
    expect(culpritIndex(trace, `${panic}NMI: Not continuing`)).to.equal(2);
  });

  it('of a lock-up is what the CPU could not leave', () => {
    const trace = framesOf(
      'panic',
      'watchdog_timer_fn.cold',
      'hrtimer_interrupt',
      '~spins',
      'caller',
    );
    expect(culpritIndex(trace, `${panic}softlockup: hung tasks`)).to.equal(3);
    expect(culpritIndex(trace, `${panic}RCU Stall`)).to.equal(3);
  });

  it('is not known where no frame ends the kernel, or none follows', () => {
    expect(culpritIndex(framesOf('schedule', 'do_nanosleep'), panic)).to.equal(undefined);
    expect(culpritIndex(framesOf('delay_tsc', 'panic'), panic)).to.equal(undefined);
    expect(culpritIndex([], panic)).to.equal(undefined);
  });

  it('is no frame that has lost its name, and none after it', () => {
    const trace = framesOf('panic', 'vpanic', 'sysrq_handle_crash').map((frame, index) =>
      index === 1 ? { ...frame, symbol: null } : frame,
    );
    expect(culpritIndex(trace, panic)).to.equal(undefined);
    expect(culpritIndex(framesOf('panic', '?sysrq_handle_crash'), panic)).to.equal(undefined);
  });
});

describe('signatureOf', () => {
  const sysrq = { text: `${panic}sysrq triggered crash`, oops: [] };
  const found = (...functions: readonly string[]) => ({ functions, from: 'stack' as const });

  it('has kind, message and functions, and a hash of all three and of its scheme', () => {
    const signature = signatureOf(sysrq, found('foo', 'bar'));
    expect(signature).to.deep.equal({
      scheme: 1,
      kind: 'sysrq',
      message: 'sysrq triggered crash',
      functions: ['foo', 'bar'],
      isWhole: true,
      text: 'sysrq triggered crash | foo < bar',
      hash: `v1-${fnv1a64('v1 sysrq sysrq triggered crash | foo < bar')}`,
      from: 'stack',
    });
    expect(signatureOf(sysrq, found('foo')).hash).to.not.equal(signature.hash);
  });

  it('has no hash where the stack is not known and the message is of many bugs', () => {
    const signature = signatureOf(sysrq, null);
    expect(signature).to.include({ isWhole: false, hash: null, from: 'message' });
    expect(signature.functions).to.deep.equal([]);
  });

  it('hashes a message that names one bug, and never as a whole signature', () => {
    const text = `${panic}stack-protector: Kernel stack is corrupted in: foo+0x12/0x40`;
    const partial = signatureOf({ text, oops: [] }, null);
    expect(partial).to.include({ isWhole: false, from: 'message' });
    expect(partial.text).to.equal('stack-protector: Kernel stack is corrupted in: foo | ?');
    expect(partial.hash).to.match(/^v1-[0-9a-f]{16}$/);
    expect(signatureOf({ text, oops: [] }, found('foo')).hash).to.not.equal(partial.hash);
  });

  it('leaves out the stack of an event that met a task by chance', () => {
    const nmi = { text: `${panic}NMI: Not continuing`, oops: [] };
    const signature = signatureOf(nmi, found('handle_mm_fault'));
    expect(signature).to.include({ text: 'NMI: Not continuing', isWhole: true, from: 'message' });
    expect(signature.hash).to.equal(signatureOf(nmi, null).hash);
  });

  it('is bounded, and obeys no text out of the dump', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.boolean(), (line, isOops) => {
        const message = { text: line, oops: isOops ? [line] : [] };
        const { text, hash } = signatureOf(message, null);
        expect(text).to.match(/^[\x20-\x7e]{0,204}$/);
        expect(hash === null || /^v1-[0-9a-f]{16}$/.test(hash)).to.equal(true);
      }),
    );
  });
});

describe('functionNameOf', () => {
  it('drops what a compiler adds', () => {
    const names = ['a.cold', 'a.isra.0', 'a.part.0.constprop.1', 'a.llvm.7', '.cold', 'a.b'];
    expect(names.map(functionNameOf)).to.deep.equal(['a', 'a', 'a', 'a', '.cold', 'a.b']);
  });
});
