import { declareGuest } from './declare.ts';
import type { Guest } from './guest.ts';
import { declareOther, ppc64le, riscv64, s390x } from './machine-defaults.ts';
import { debianKernel, trixieQemu } from './packages.ts';

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
    name: 'stream-dimms',
    purpose: 'a stream of a machine with two DIMMs beside its own memory',
    machine: 'pc',
    pluggable: 'slots=2,maxmem=2G',
    objects: ['memory-backend-ram,id=m1,size=128M', 'memory-backend-ram,id=m2,size=256M'],
    devices: ['pc-dimm,id=d1,memdev=m1', 'pc-dimm,id=d2,memdev=m2'],
    commandLine: ['console=ttyS0', 'quiet', 'memhp_default_state=online'],
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
  declareOther(riscv64, ['trixie', 'riscv64'], {
    name: 'stream-riscv64',
    purpose: 'a stream of a riscv64 machine',
    formats: ['elf'],
    streams: ['qemu-stream'],
  }),
  declareOther(s390x, ['forky', 's390x'], {
    name: 'stream-s390x',
    purpose: 'a stream of an s390x machine',
    formats: ['elf'],
    streams: ['qemu-stream'],
  }),
  declareOther(ppc64le, ['forky', 'powerpc64le'], {
    name: 'stream-ppc64le',
    purpose: 'a stream of a ppc64le machine',
    formats: ['elf'],
    streams: ['qemu-stream'],
  }),
  declareGuest({
    name: 'stream-arm64',
    purpose: 'a stream of an arm64 machine',
    architecture: 'aarch64',
    firmware: 'none',
    machine: 'virt',
    cpuModel: 'cortex-a72',
    kernel: debianKernel(['trixie'], 'arm64', 'cloud-arm64'),
    commandLine: ['console=ttyAMA0', 'quiet'],
    formats: ['elf'],
    streams: ['qemu-stream'],
  }),
];
