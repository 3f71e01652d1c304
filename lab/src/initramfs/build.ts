// Imports much: it puts together everything that an initramfs may hold.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { limeModuleInGuest, vmcorekitInGuest } from '../dump/lime.ts';
import type { Guest } from '../guests/guest.ts';
import { busyboxFor, kdumpTool, pythonFor } from '../guests/packages.ts';
import type { Kernel } from '../packages/kernel.ts';
import { buildLimeModule } from '../packages/lime-module.ts';
import type { PackageCache } from '../packages/package-cache.ts';
import { findCommand } from '../requirements.ts';
import { buildCpio, type CpioEntry, fileMode, programMode } from './cpio.ts';
import { buildDecoys } from './decoys.ts';
import { buildForgery } from './forgery.ts';
import { buildInitScript } from './init-script.ts';
import { buildLoad } from './load.ts';
import { findMerged, packagedProgram } from './packaged-libraries.ts';
import { collectProgram } from './shared-libraries.ts';
import { collectVmcorekit } from './vmcorekit-program.ts';

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
      data: readFileSync(findMerged(busybox.folder, 'bin/busybox')),
    },
    { path: 'init', mode: programMode, data: Buffer.from(buildInitScript(guest)) },
    ...[...guest.modules, ...guest.modulesOfSecondKernel].map((name) => moduleEntry(name, kernel)),
    ...guest.modulesIfPresent
      .filter((name) => kernel.moduleFiles.has(name))
      .map((name) => moduleEntry(name, kernel)),
  ];
  if (guest.limeCaptures.length > 0) {
    const data = await buildLimeModule(kernel, cache);
    entries.push({ path: limeModuleInGuest, mode: fileMode, data });
  }
  if (guest.limeCaptures.includes('kcore-lime')) {
    entries.push(...(await collectVmcorekit(vmcorekitInGuest)));
  }
  if (guest.extras.includes('decoys')) {
    entries.push(...buildDecoys(kernel.release));
  }
  if (guest.extras.includes('forgery')) {
    entries.push(...buildForgery(kernel.release));
  }
  if (guest.extras.includes('makedumpfile')) {
    const choice = kdumpTool(kernel.debianArchitecture, 'makedumpfile');
    const { folder } = await cache.get(choice);
    entries.push(...packagedProgram(folder, 'bin/makedumpfile', guest.architecture));
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
    const python = await cache.get(pythonFor(kernel.debianArchitecture));
    entries.push(...buildLoad(python, guest.architecture));
  }
  if (guest.extras.includes('kexec')) {
    // Its libraries replace those of the load, which may be older.
    entries.push(...(await getKexec(guest, kernel, cache)));
  }
  return gzipSync(buildCpio(entries), { level: 1 });
}

/** This machine's own kexec where the guest can run it, else Debian's for the guest's machine. */
async function getKexec(
  guest: Guest,
  kernel: Kernel,
  cache: PackageCache,
): Promise<readonly CpioEntry[]> {
  if (guest.architecture === 'x86_64') {
    return collectProgram(findCommand('kexec') ?? 'kexec', 'bin/kexec');
  }
  const { folder } = await cache.get(kdumpTool(kernel.debianArchitecture, 'kexec-tools'));
  return packagedProgram(folder, 'sbin/kexec', guest.architecture);
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
