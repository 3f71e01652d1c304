import type { LogRecord } from '@vmcorekit/linux';
import { expect } from 'chai';
import { hasUnendedOops, panicMessageIn } from '../../dist/system/panic-message.js';

/** Records as the kernel prints them: a text, or one that says more. */
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

const panic = 'Kernel panic - not syncing: sysrq triggered crash';
const taskLine = 'CPU: 1 PID: 7 Comm: init Not tainted 6.1.0-57-cloud-amd64 #1  Debian';

describe('panicMessageIn', () => {
  it('takes the line, its time, and the task that the line after it names', () => {
    expect(panicMessageIn(log('booting', panic, taskLine), 1)).to.deep.equal({
      text: panic,
      nanoseconds: 1_000_000,
      oops: [],
      task: { cpu: 1, pid: 7, name: 'init' },
    });
  });

  for (const [line, name] of [
    ['CPU: 0 PID: 1 Comm: init Kdump: loaded Not tainted 6.1.0 #1', 'init'],
    ['CPU: 0 UID: 0 PID: 1 Comm: a b Tainted: G        W  6.12.0 #1', 'a b'],
    ['CPU: 0 PID: 1 Comm: x Not tainted Not tainted 6.1.0 #1', 'x Not tainted'],
  ] as const) {
    it(`reads the task out of '${line}'`, () => {
      expect(panicMessageIn(log(panic, line), undefined)?.task?.name).to.equal(name);
    });
  }

  it('gives the lines of the oops that led to the panic, and its task', () => {
    const fault = 'BUG: kernel NULL pointer dereference, address: 0000000000000000';
    const oops = 'Oops: 0002 [#1] PREEMPT SMP NOPTI';
    const found = panicMessageIn(
      log(
        'BUG: an older one',
        'Oops: 0000 [#1] PREEMPT SMP',
        'CPU: 1 PID: 3 Comm: older Not tainted 6.1.0 #1',
        ...Array.from<string>({ length: 10 }).fill('a line between'),
        fault,
        '#PF: supervisor write access in kernel mode',
        oops,
        taskLine,
        'Kernel panic - not syncing: Fatal exception in interrupt',
      ),
      1,
    );
    expect(found?.oops).to.deep.equal([fault, oops]);
    expect(found?.task?.pid).to.equal(7);
  });

  it('names no task of another CPU, or that another task printed', () => {
    expect(panicMessageIn(log(panic, taskLine), 0)?.task).to.equal(null);
    expect(panicMessageIn(log(panic, { text: taskLine, caller: 'C3' }), 1)?.task).to.equal(null);
    expect(panicMessageIn(log(taskLine, panic), 1)?.task, 'a warning before').to.equal(null);
  });

  it('does not believe what a program wrote to /dev/kmsg', () => {
    expect(panicMessageIn(log({ text: panic, facility: 1 }), undefined)).to.equal(undefined);
    const found = panicMessageIn(log(panic, { text: taskLine, facility: 1 }), 1);
    expect(found?.task).to.equal(null);
  });

  it('passes over lost records, and text that only mentions a panic', () => {
    const records = [{ sequence: 0, lost: 'its text is gone' }, ...log(`see: ${panic}`)];
    expect(panicMessageIn(records, undefined)).to.equal(undefined);
  });

  describe('of a kernel that went to its capture kernel right from an oops', () => {
    const fault = 'BUG: kernel NULL pointer dereference, address: 0000000000000000';
    const oops = 'Oops: 0002 [#1] PREEMPT SMP NOPTI';
    const lines = [fault, oops, taskLine, 'RIP: 0010:write_null+0x12/0x20 [broken]'];

    it('takes the oops, because no panic was printed', () => {
      expect(panicMessageIn(log(...lines), 1, 'crashed')).to.deep.equal({
        text: oops,
        nanoseconds: 1_000_000,
        oops: [fault, oops],
        task: { cpu: 1, pid: 7, name: 'init' },
      });
    });

    it('takes no oops that the kernel survived', () => {
      const survived = log(...lines, '---[ end trace 0000000000000000 ]---');
      expect(panicMessageIn(survived, 1, 'crashed')).to.equal(undefined);
      expect(hasUnendedOops(survived)).to.equal(false);
      expect(hasUnendedOops(log(...lines))).to.equal(true);
      expect(panicMessageIn(log(...lines), 1, 'running')).to.equal(undefined);
    });
  });
});
