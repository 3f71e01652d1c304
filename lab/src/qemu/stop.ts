import { setTimeout as sleep } from 'node:timers/promises';
import type { Guest } from '../guests/guest.ts';
import type { QemuProcess } from './qemu-process.ts';
import { type CpuState, isInUserMode, parseRegisters } from './registers.ts';

const triesForUserMode = 200;

/**
 * Stops the guest's CPUs for good and reads their registers.
 * @throws {Error} when many tries meet no moment with so many CPUs in user mode.
 */
export async function stopGuest(
  qemu: QemuProcess,
  { architecture, cpusInUserMode }: Pick<Guest, 'architecture' | 'cpusInUserMode'>,
): Promise<readonly CpuState[]> {
  for (let attempt = 0; attempt < triesForUserMode; attempt++) {
    await qemu.execute('stop');
    const cpus = parseRegisters(await qemu.executeInMonitor('info registers -a'));
    if (cpus.filter((cpu) => isInUserMode(cpu, architecture)).length >= cpusInUserMode) {
      return cpus;
    }
    await qemu.execute('cont');
    await sleep(37);
  }
  throw new Error(
    `no moment with ${cpusInUserMode} CPUs in user mode in ${triesForUserMode} tries`,
  );
}
