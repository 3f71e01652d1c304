import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Guest } from '../guests/guest.ts';
import { bookwormPython, busyboxFor } from '../guests/packages.ts';
import type { Kernel } from '../packages/kernel.ts';
import type { PackageCache } from '../packages/package-cache.ts';
import { findCommand } from '../requirements.ts';
import { buildCpio, type CpioEntry, fileMode, programMode } from './cpio.ts';
import { buildDecoys } from './decoys.ts';
import { buildForgery } from './forgery.ts';
import { buildInitScript } from './init-script.ts';
import { buildLoad } from './load.ts';
import { collectProgram } from './shared-libraries.ts';

/**
 * A gzipped initramfs: busybox for the guest's architecture, its init script, and its declared
 * extras.
 */
export async function buildInitramfs(
  guest: Guest,
  kernel: Kernel,
  cache: PackageCache,
): Promise<Uint8Array> {
  const busybox = await cache.get(busyboxFor(kernel.debianArchitecture));
  const entries: CpioEntry[] = [
    {
      path: 'bin/busybox',
      mode: programMode,
      data: readFileSync(join(busybox.folder, 'bin/busybox')),
    },
    { path: 'init', mode: programMode, data: Buffer.from(buildInitScript(guest)) },
    ...[...guest.modules, ...guest.modulesOfSecondKernel].map((name) => moduleEntry(name, kernel)),
    ...guest.modulesIfPresent
      .filter((name) => kernel.moduleFiles.has(name))
      .map((name) => moduleEntry(name, kernel)),
  ];
  if (guest.extras.includes('decoys')) {
    entries.push(...buildDecoys(kernel.release));
  }
  if (guest.extras.includes('forgery')) {
    entries.push(...buildForgery(kernel.release));
  }
  if (guest.extras.includes('kexec')) {
    // The second kernel boots the same user space, without a kernel, kexec and the load: a capture
    // kernel's memory is small.
    entries.push({
      path: 'lab/second-initramfs',
      mode: fileMode,
      data: gzipSync(buildCpio(entries)),
    });
    entries.push({ path: 'lab/vmlinuz', mode: fileMode, data: readFileSync(kernel.imageFile) });
  }
  if (guest.load !== undefined) {
    entries.push(...buildLoad(await cache.get(bookwormPython)));
  }
  if (guest.extras.includes('kexec')) {
    // Its libraries, which are this machine's, replace the older ones of the load.
    entries.push(...(await collectProgram(findCommand('kexec') ?? 'kexec', 'bin/kexec')));
  }
  return gzipSync(buildCpio(entries), { level: 1 });
}

function moduleEntry(name: string, kernel: Kernel): CpioEntry {
  const moduleFile = kernel.moduleFiles.get(name);
  if (moduleFile === undefined) {
    throw new Error(`kernel ${kernel.packageName} has no module ${name}`);
  }
  return {
    path: `lab/modules/${basename(moduleFile)}`,
    mode: fileMode,
    data: readFileSync(moduleFile),
  };
}
