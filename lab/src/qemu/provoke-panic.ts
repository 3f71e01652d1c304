import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guest } from '../guests/guest.ts';
import type { QemuProcess } from './qemu-process.ts';

const patienceInSeconds = 300;
/**
 * `end Kernel panic`, or the line before it, after which Linux 5.10 hangs if an NMI made it panic.
 * The serial line may repeat any character.
 */
const panicEnd = /e+n+d+ +K+e+r+n+e+l+ +p+a+n+i+c+|K+e+r+n+e+l+ +O+f+f+s+e+t+: /;

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
  const line = means.consoleSocket === undefined ? undefined : await openLine(means.consoleSocket);
  try {
    if (line !== undefined) {
      await typeSysrq(means.qemu, line);
    }
    await waitForPanic(guest, means);
  } finally {
    line?.destroy();
  }
}

async function waitForPanic(guest: Guest, { qemu, consoleFile }: PanicMeans): Promise<void> {
  const deadline = Date.now() + patienceInSeconds * 1000;
  while (!panicEnd.test(readFileSync(consoleFile, 'latin1'))) {
    if (Date.now() > deadline || qemu.hasEnded) {
      throw new Error(`guest ${guest.name} did not panic in ${patienceInSeconds} s`);
    }
    await sleep(100);
  }
}

async function openLine(consoleSocket: string): Promise<Socket> {
  const line = connect(consoleSocket);
  await new Promise<void>((resolve, reject) => {
    line.once('connect', resolve);
    line.once('error', reject);
  });
  line.on('error', () => undefined);
  return line.resume();
}

/** A break makes the serial driver take the next character as a sysrq command. */
async function typeSysrq(qemu: QemuProcess, line: Socket): Promise<void> {
  await qemu.execute('chardev-send-break', { id: 'console' });
  await sleep(500); // The break must be handled before the character comes.
  line.write('c');
}
