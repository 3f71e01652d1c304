import type { LogRecord } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { callTraceIn } from '../../dist/summary/call-trace.js';

function log(lines: readonly string[], caller: string = 'T1'): LogRecord[] {
  return lines.map((text, index) => ({
    sequence: index,
    nanoseconds: index,
    level: 0,
    facility: 0,
    caller,
    text,
  }));
}

const panic = 'Kernel panic - not syncing: sysrq triggered crash';

describe('callTraceIn', () => {
  it('reads the trace of a panic, up to the program', () => {
    const records = log([
      panic,
      'CPU: 1 PID: 1 Comm: init Not tainted',
      'Call Trace:',
      ' <TASK>',
      ' dump_stack_lvl+0x44/0x5c',
      ' panic+0x118/0x2f4',
      ' ? _printk+0x68/0x83',
      ' breaks+0x16/0x20 [broken]',
      'RIP: 0033:0x47b7a0',
      ' after+0x1/0x2',
    ]);
    const other = log(['Call Trace:', ' elsewhere+0x1/0x2'], 'C2');
    const frames = callTraceIn([...records.slice(0, 3), ...other, ...records.slice(3)], {
      text: panic,
      oops: [],
    });
    expect(frames.map(({ symbol, isGuess, module }) => [symbol, isGuess, module])).to.deep.equal([
      ['dump_stack_lvl', false, null],
      ['panic', false, null],
      ['_printk', true, null],
      ['breaks', false, 'broken'],
    ]);
  });

  it('begins the trace of an oops at the instruction that failed', () => {
    const oops = 'Oops: 0002 [#1] PREEMPT SMP NOPTI';
    const text = 'Kernel panic - not syncing: Fatal exception';
    const records = log([
      oops,
      'RIP: 0010:write_null+0x12/0x20 [broken]',
      'RSP: 0018:ffffc90000000000 EFLAGS: 00010246',
      'Call Trace:',
      ' do_one_initcall+0x56/0x230',
      'RIP: 0033:0x401000',
      'RIP: 0010:write_null+0x12/0x20 [broken]',
      text,
      'Kernel Offset: disabled',
    ]);
    expect(callTraceIn(records, { text, oops: [oops] })).to.deep.equal([
      { symbol: 'write_null', kind: 'interrupted', isGuess: false, module: 'broken' },
      { symbol: 'do_one_initcall', kind: 'return', isGuess: false, module: null },
    ]);
  });

  it('does not name a caller by the function that begins after its last call', () => {
    const records = log([
      panic,
      'Call trace:',
      ' panic+0x1/0x2',
      ' sysrq_reset_seq_param_set+0x0/0x20',
    ]);
    const frames = callTraceIn(records, { text: panic, oops: [] });
    expect(frames.map(({ symbol }) => symbol)).to.deep.equal(['panic', null]);
  });

  it('reads any lines', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
        const records = log([panic, 'Call Trace:', ...lines]);
        expect(callTraceIn(records, { text: panic, oops: [] }).length).to.be.at.most(lines.length);
      }),
    );
  });
});
