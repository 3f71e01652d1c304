import { declareGuest } from './declare.ts';
import { virtioDisk } from './drivers.ts';
import type { Guest, PackageChoice } from './guest.ts';
import { bookwormCloud, trixieCloud } from './packages.ts';

/** Shell lines of a guest that hibernates to its disk, then switches itself off. */
export const hibernateScript: string = [
  'mkswap /dev/vda',
  'swapon /dev/vda',
  'echo shutdown > /sys/power/disk',
  'echo disk > /sys/power/state',
].join('\n');

interface Hibernation {
  readonly name: string;
  readonly purpose: string;
  readonly kernel: PackageChoice;
  /** Words of the kernel's command line. */
  readonly options?: readonly string[];
}

/** A guest that hibernates. What it is dumped as is the machine after it switched itself off. */
function declareHibernated({ options = [], ...named }: Hibernation): Guest {
  return declareGuest({
    ...named,
    commandLine: ['console=ttyS0', 'quiet', ...options],
    modulesIfPresent: [...virtioDisk, 'lz4_compress', 'lz4', 'lzo'],
    afterTruth: hibernateScript,
    ready: { truthBlocks: 1, isOff: true },
    formats: ['elf'],
    hibernates: true,
  });
}

/** Guests that write their memory to swap themselves. */
export const hibernatedGuests: readonly Guest[] = [
  declareHibernated({
    name: 'hibernated-6.1',
    purpose: 'Linux 6.1 hibernated, lzo',
    kernel: bookwormCloud,
  }),
  declareHibernated({
    name: 'hibernated-6.12',
    purpose: 'Linux 6.12 hibernated, lzo',
    kernel: trixieCloud,
  }),
  declareHibernated({
    name: 'hibernated-6.12-lz4',
    purpose: 'Linux 6.12 hibernated, lz4',
    kernel: trixieCloud,
    options: ['hibernate.compressor=lz4'],
  }),
  declareHibernated({
    name: 'hibernated-6.12-plain',
    purpose: 'Linux 6.12 hibernated without compression',
    kernel: trixieCloud,
    options: ['hibernate=nocompress'],
  }),
];
