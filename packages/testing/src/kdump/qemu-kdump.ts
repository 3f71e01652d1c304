import { CORE_NOTE_NAME, NT_PRSTATUS, QEMU_CPU_STATE_TYPE, QEMU_NOTE_NAME } from '@vmcorekit/core';
import type { KdumpSpec } from './kdump-spec.ts';

/**
 * What QEMU 8.2 and later write as `kdump-raw-*` for an x86-64 guest: version 6, no name but the machine's (`Unknown`), dump_level 1, a
 * shared zero page first, NT_PRSTATUS and QEMU's CPU state for each CPU. Source: QEMU dump/dump.c.
 */
export function qemuKdump(spec: KdumpSpec, cpus: number = 1): KdumpSpec {
  const pids = Array.from({ length: cpus }, (_, index) => index + 1);
  return {
    sharesZeroPage: true,
    notes: [
      ...pids.map((pid) => ({ name: CORE_NOTE_NAME, type: NT_PRSTATUS, descriptor: prstatus(pid) })),
      ...pids.map(() => ({ name: QEMU_NOTE_NAME, type: QEMU_CPU_STATE_TYPE, descriptor: cpuState() })),
    ],
    ...spec,
    fields: { machine: 'Unknown', nr_cpus: cpus, ...spec.fields },
  };
}

function prstatus(pid: number): Uint8Array {
  const descriptor = new Uint8Array(336);
  new DataView(descriptor.buffer).setUint32(32, pid, true);
  return descriptor;
}

function cpuState(): Uint8Array {
  const descriptor = new Uint8Array(440);
  const view = new DataView(descriptor.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, descriptor.length, true);
  return descriptor;
}
