import type { Architecture, Registers } from '@vmcorekit/core';

/**
 * A 64-bit kernel has its interrupt table in the upper half, a 32-bit one below 4 GiB. Null where
 * no CPU says. The words are `uname -m`'s.
 */
export function machineOf(cpus: readonly Registers[]): string | null {
  const bases = cpus.flatMap((registers) => registers.get('idt_base') ?? []);
  return bases.some((base) => base >= 2n ** 63n)
    ? 'x86_64'
    : bases.some((base) => base >= 2n ** 31n && base < 2n ** 32n)
      ? 'i686'
      : null;
}

const names32: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['ax', 'cx', 'dx', 'bx', 'bp', 'sp', 'si', 'di', 'ip'].map((name) => [`r${name}`, `e${name}`]),
  ),
  rflags: 'eflags',
};

/** The processors, with registers by the names of that architecture. */
export function cpusFor(
  cpus: readonly Registers[],
  architecture: Architecture | null,
): { readonly pid: null; readonly registers: Registers }[] {
  return cpus.map((registers) => ({
    pid: null,
    registers:
      architecture?.wordSizeInBits === 32
        ? new Map([...registers].map(([name, value]) => [names32[name] ?? name, value]))
        : registers,
  }));
}
