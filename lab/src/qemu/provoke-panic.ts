import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guest } from '../guests/guest.ts';
import type { QemuProcess } from './qemu-process.ts';

const patienceInSeconds = 120;
const panicEnd = 'end Kernel panic';

interface PanicMeans {
  readonly qemu: QemuProcess;
  readonly consoleFile: string;
  readonly consoleSocket: string | undefined;
}

/**
 * Makes the guest panic from outside where it is declared to, and waits until it has.
 * @throws {Error} when it does not panic in time.
 */
export async function provokePanic(guest: Guest, means: PanicMeans): Promise<void> {
  if (guest.load?.panic === 'nmi') {
    await means.qemu.execute('inject-nmi');
  }
  if (guest.load?.panic === 'serial' && means.consoleSocket !== undefined) {
    await typeSysrq(means.qemu, means.consoleSocket);
  }
  const deadline = Date.now() + patienceInSeconds * 1000;
  while (!readFileSync(means.consoleFile, 'latin1').includes(panicEnd)) {
    if (Date.now() > deadline || means.qemu.hasEnded) {
      throw new Error(`guest ${guest.name} did not panic in ${patienceInSeconds} s`);
    }
    await sleep(100);
  }
}

/** A break makes the serial driver take the next character as a sysrq command. */
async function typeSysrq(qemu: QemuProcess, consoleSocket: string): Promise<void> {
  const line = connect(consoleSocket);
  try {
    await new Promise<void>((resolve, reject) => {
      line.once('connect', resolve);
      line.once('error', reject);
    });
    line.resume();
    await qemu.execute('chardev-send-break', { id: 'console' });
    await sleep(500); // The break must be handled before the character comes.
    line.write('c');
    await sleep(500);
  } finally {
    line.destroy();
  }
}
