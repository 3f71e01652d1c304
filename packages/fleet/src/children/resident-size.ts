import { readFileSync } from 'node:fs';

const kibibyte = 1024;

/**
 * The memory that a process has in RAM, in bytes; undefined where the system does not say it.
 * Source: proc_pid_status(5), VmRSS. Heap limits of V8 do not count buffers and WebAssembly.
 */
export function residentSizeOf(pid: number): number | undefined {
  try {
    const [, kibibytes] =
      /^VmRSS:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * kibibyte;
  } catch {
    return undefined;
  }
}
