import { xenDoneMark } from '../xen/dom0-script.ts';
import { declareGuest } from './declare.ts';
import type { Guest, XenType } from './guest.ts';

function xenGuest(xenType: XenType, fields: Pick<Guest, 'purpose' | 'cpuModel'>): Guest {
  return declareGuest({
    name: `xen-${xenType}`,
    xenType,
    machine: 'pc',
    memoryInMebibytes: 128,
    commandLine: ['console=hvc0', 'quiet'],
    modulesIfPresent: ['libcrc32c', 'dm-mod', 'loop', 'xen-netfront'],
    ready: { truthBlocks: 1, consoleText: xenDoneMark },
    formats: [],
    ...fields,
  });
}

/** Guests that run under Xen, which itself runs in QEMU. Memory and CPUs are the domain's. */
export const guestsUnderXen: readonly Guest[] = [
  xenGuest('pv', {
    purpose: 'a PV domain under Xen, its core and its save',
    // Xen stops at MONITOR under TCG.
    cpuModel: 'Nehalem,-monitor',
  }),
  xenGuest('pvh', {
    purpose: 'a PVH domain under Xen, its core and its save',
    // QEMU emulates AMD's virtual machines alone, and gives Xen no length of RDTSCP.
    cpuModel: 'phenom,-monitor,-rdtscp',
  }),
  xenGuest('hvm', {
    purpose: 'an HVM domain under Xen with QEMU as its device model, its core and its save',
    cpuModel: 'phenom,-monitor,-rdtscp',
  }),
];
