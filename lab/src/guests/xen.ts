import { xenDoneMark } from '../xen/dom0-script.ts';
import { declareGuest } from './declare.ts';
import type { Guest } from './guest.ts';

/** Guests that run under Xen, which itself runs in QEMU. Memory and CPUs are the domain's. */
export const guestsUnderXen: readonly Guest[] = [
  declareGuest({
    name: 'xen-pv',
    purpose: 'a PV domain under Xen, its core and its save',
    underXen: true,
    machine: 'pc',
    // Xen wants no MONITOR under TCG. Its dom0 does not start on QEMU's AMD processors.
    cpuModel: 'Nehalem,-monitor',
    memoryInMebibytes: 128,
    commandLine: ['console=hvc0', 'quiet'],
    modulesIfPresent: ['libcrc32c', 'dm-mod', 'loop', 'xen-netfront'],
    ready: { truthBlocks: 1, consoleText: xenDoneMark },
    formats: [],
  }),
];
