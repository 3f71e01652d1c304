import { resultOf, type Task } from '@vmcorekit/core';
import { panickedOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import { addressOf, kernelWith } from '../system/kernel-with.ts';

const fields = [
  ...['SIZE(printk_log)=16', 'OFFSET(printk_log.ts_nsec)=0', 'OFFSET(printk_log.len)=8'],
  ...['OFFSET(printk_log.text_len)=10', 'OFFSET(printk_log.dict_len)=12'],
];

function wordBytes(value: bigint): Uint8Array {
  return new Uint8Array(new BigUint64Array([value]).buffer);
}

/** The bytes of `struct printk_log` with its text (Linux before 5.10). */
function recordOf(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((16 + text.length) / 4) * 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, bytes.length, true);
  view.setUint16(10, text.length, true);
  bytes.set(new TextEncoder().encode(text), 16);
  return bytes;
}

function kernelThatSays(...texts: readonly string[]) {
  const records = texts.flatMap((text) => [...recordOf(text)]);
  return kernelWith(
    {
      log_buf: wordBytes(addressOf(4)),
      log_buf_len: wordBytes(0x1000n),
      log_first_idx: wordBytes(0n),
      log_next_idx: wordBytes(BigInt(records.length)),
      the_buffer: Uint8Array.from(records),
    },
    { vmcoreinfo: `${fields.join('\n')}\n` },
  );
}

const tasks = [
  { address: 1n, pid: 0, comm: 'swapper/0', cpu: null },
  { address: 2n, pid: 1, comm: 'init', cpu: null },
] as unknown as readonly Task[];

describe('who panicked', () => {
  it('is the task of the log where no variable names a CPU', () => {
    const kernel = kernelThatSays(
      'Kernel panic - not syncing: sysrq triggered crash',
      'CPU: 1 PID: 1 Comm: init Not tainted 6.1.0 #1',
    );
    const { isCrashed, cpu, task } = resultOf(panickedOf(kernel, tasks));
    expect([isCrashed, cpu.value, task?.pid]).to.deep.equal([true, 1, 1]);
  });

  it('is not known where the log names another task than the dump has', () => {
    const kernel = kernelThatSays(
      'Kernel panic - not syncing: sysrq triggered crash',
      'CPU: 1 PID: 1 Comm: systemd Not tainted 6.1.0 #1',
    );
    expect(resultOf(panickedOf(kernel, tasks)).task).to.equal(undefined);
  });
});
