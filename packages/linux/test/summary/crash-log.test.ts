import type { LogRecord, LostRecord } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { crashLogIn } from '../../dist/summary/crash-log.js';

function log(...records: readonly (string | Partial<LogRecord>)[]): LogRecord[] {
  return records.map((record, index) => ({
    sequence: index,
    nanoseconds: 1_000_000 * index,
    level: 0,
    facility: 0,
    caller: 'T1',
    text: '',
    ...(typeof record === 'string' ? { text: record } : record),
  }));
}

describe('crashLogIn', () => {
  it('finds the instruction of the oops, not of another CPU or before', () => {
    const oops = 'Oops: 0002 [#1] PREEMPT SMP NOPTI';
    const instruction = 'RIP: 0010:write_null+0x12/0x20 [broken]';
    const records = log(
      'RIP: 0010:before+0x1/0x2',
      oops,
      { caller: 'C1', text: 'RIP: 0010:elsewhere+0x1/0x2' },
      instruction,
      'RIP: 0033:0x401000',
    );
    expect(crashLogIn(records, [oops]).instruction).to.equal(instruction);
    expect(crashLogIn(records, []).instruction).to.equal(null);
  });

  it('names the tasks that the kernel calls hung, each once', () => {
    const records = log(
      'INFO: task jbd2/sda1-8:214 blocked for more than 120 seconds.',
      'INFO: task umount:900 <writer> blocked for more than 120 seconds.',
      'INFO: task jbd2/sda1-8:214 blocked for more than 241 seconds.',
      { facility: 1, text: 'INFO: task forged:1 blocked for more than 120 seconds.' },
    );
    expect(crashLogIn(records, []).hung).to.deep.equal([
      { pid: 214, comm: 'jbd2/sda1-8', seconds: 241, nanoseconds: 2_000_000 },
      { pid: 900, comm: 'umount', seconds: 120, nanoseconds: 1_000_000 },
    ]);
  });

  it('keeps the last message about each CPU that is stuck', () => {
    const soft = 'watchdog: BUG: soft lockup - CPU#1 stuck for';
    const hard = 'watchdog: Watchdog detected hard LOCKUP on cpu 0';
    const records = log(`${soft} 26s! [a:7]`, hard, `${soft} 52s! [a:7]`);
    expect(crashLogIn(records, []).stuck).to.deep.equal([`${soft} 52s! [a:7]`, hard]);
  });

  it('reads any text, and skips lost records', () => {
    const lost: LostRecord = { sequence: 1, lost: 'gone' };
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const { hung, stuck } = crashLogIn([lost, ...log(...texts)], texts.slice(0, 1));
        expect(hung.length + stuck.length).to.be.at.most(texts.length);
      }),
    );
  });
});
