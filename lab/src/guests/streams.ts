import { declareGuest } from './declare.ts';
import type { Guest } from './guest.ts';
import { trixieQemu } from './packages.ts';

/** Changes a few bytes of 500 pages, one after the other, for as long as the guest runs. */
const changingPages = [
  'dd if=/dev/urandom of=/changing bs=4k count=500 2>/dev/null',
  '(i=0; while :; do i=$((i+1)); echo $i | dd of=/changing bs=4k seek=$((i%500)) conv=notrunc 2>/dev/null; done) &',
].join('\n');

/** Guests that QEMU also writes as streams of a whole machine. */
export const guestsWithStreams: readonly Guest[] = [
  declareGuest({
    name: 'stream',
    purpose: 'a migration stream, and a snapshot in a qcow2 disk',
    machine: 'pc',
    formats: ['elf'],
    streams: ['qcow2-snapshot', 'qemu-stream'],
  }),
  declareGuest({
    name: 'stream-five-gigabytes',
    purpose: 'a stream of a machine with a hole below 4 GB',
    memoryInMebibytes: 5120,
    formats: ['elf'],
    streams: ['qemu-stream'],
  }),
  declareGuest({
    name: 'stream-backend',
    purpose: 'a stream whose block of memory has a name of its own',
    machine: 'q35,memory-backend=own',
    objects: ['memory-backend-ram,id=own,size=256M'],
    formats: ['elf'],
    streams: ['qemu-stream'],
  }),
  declareGuest({
    name: 'stream-zlib',
    purpose: 'a stream with compressed pages',
    formats: ['elf'],
    streams: ['qemu-stream-zlib'],
  }),
  declareGuest({
    name: 'stream-live',
    purpose: 'a stream of a guest that changed its memory meanwhile',
    afterTruth: changingPages,
    formats: ['elf'],
    streams: ['qemu-stream-live'],
  }),
  declareGuest({
    name: 'stream-xbzrle',
    purpose: 'a stream with XBZRLE pages',
    afterTruth: changingPages,
    formats: ['elf'],
    streams: ['qemu-stream-xbzrle'],
  }),
  declareGuest({
    name: 'mapped-ram',
    purpose: 'a mapped-ram stream and a snapshot of QEMU 10',
    qemu: trixieQemu('qemu-system-x86'),
    formats: ['elf'],
    streams: ['qcow2-snapshot', 'qemu-mapped-ram'],
  }),
];
