import { prstatusNote, qemuCpuStateNote } from '../notes/cpu-notes.ts';
import type { KdumpSpec } from './kdump-spec.ts';

/**
 * A file as QEMU 8.2 and later write as `kdump-raw-*` for an x86-64 guest: version 6, no name
 * except the machine's (`Unknown`), dump_level 1, a shared zero page first, NT_PRSTATUS and QEMU's
 * CPU state for each CPU. Source: QEMU dump/dump.c.
 */
export function qemuKdump(spec: KdumpSpec, cpus: number = 1): KdumpSpec {
  const pids = Array.from({ length: cpus }, (_, index) => index + 1);
  return {
    sharesZeroPage: true,
    notes: [
      ...pids.map((pr_pid) => prstatusNote({ pr_pid })),
      ...pids.map(() => qemuCpuStateNote()),
    ],
    ...spec,
    fields: { machine: 'Unknown', nr_cpus: cpus, ...spec.fields },
  };
}
