import { join } from 'node:path';
import type { Guest } from '../guests/guest.ts';
import { machines } from '../guests/machines.ts';
import type { PackageCache } from '../packages/package-cache.ts';

/** How QEMU is started. */
export interface QemuProgram {
  readonly name: string;
  /** The words before QEMU's own arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The QEMU that runs a guest. */
export async function getQemuProgram(guest: Guest, cache: PackageCache): Promise<QemuProgram> {
  const name = machines[guest.architecture].qemuProgram;
  if (guest.qemu === undefined) {
    return { name, command: [name], environment: {} };
  }
  const { folder } = await cache.get(guest.qemu);
  const libraries = join(folder, 'usr/lib/x86_64-linux-gnu');
  const firmware = ['qemu', 'seabios'].flatMap((share) => ['-L', join(folder, 'usr/share', share)]);
  return {
    name,
    // Started by its own release's loader, because this machine's C library may be too old for it.
    command: [
      join(libraries, 'ld-linux-x86-64.so.2'),
      '--library-path',
      libraries,
      join(folder, 'usr/bin', name),
      ...firmware,
    ],
    environment: { QEMU_MODULE_DIR: join(libraries, 'qemu') },
  };
}
