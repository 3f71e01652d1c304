import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Guest } from './guests/guest.ts';
import { machines } from './guests/machines.ts';
import { firmwareFiles } from './qemu/command-line.ts';

interface Requirement {
  readonly debianPackage: string;
  readonly isPresent: () => boolean;
}

function command(name: string, debianPackage: string): Requirement {
  return { debianPackage, isPresent: () => findCommand(name) !== undefined };
}

/** The path of a command. Also searches administrators' folders, which a user's PATH may lack. */
export function findCommand(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function requirementsOf(guest: Guest): readonly Requirement[] {
  const requirements = [command('setpriv', 'util-linux')];
  if (guest.qemu === undefined) {
    const { qemuProgram, qemuPackage } = machines[guest.architecture];
    requirements.push(command(qemuProgram, qemuPackage));
  }
  if (guest.kernel !== undefined) {
    requirements.push(command('apt-get', 'apt'), command('dpkg-deb', 'dpkg'));
  }
  if (guest.architecture === 'loongarch64') {
    // Its kernels are packed so that only UEFI loads them.
    requirements.push(command('zstd', 'zstd'));
  }
  const firmware = firmwareFiles[guest.firmware];
  if (firmware !== undefined) {
    const { debianPackage, code } = firmware;
    requirements.push({ debianPackage, isPresent: () => existsSync(code) });
  }
  if (guest.formats.includes('kdump-raw-zlib')) {
    requirements.push(command('makedumpfile', 'makedumpfile'));
  }
  if (guest.streams.includes('qcow2-snapshot')) {
    requirements.push(command('qemu-img', 'qemu-utils'));
  }
  if (guest.limeCaptures.length > 0) {
    requirements.push(command('make', 'make'), command('gcc', 'gcc'));
  }
  if (guest.extras.includes('kexec') && guest.architecture === 'x86_64') {
    requirements.push(command('kexec', 'kexec-tools'));
  }
  return requirements;
}

/**
 * @throws {Error} with one line that says what to install, when these guests need something that is
 * missing.
 */
export function demandRequirements(guests: readonly Guest[]): void {
  const missing = new Set(
    guests
      .flatMap(requirementsOf)
      .filter((requirement) => !requirement.isPresent())
      .map((requirement) => requirement.debianPackage),
  );
  if (missing.size > 0) {
    throw new Error(`missing packages: apt-get install ${[...missing].sort().join(' ')}`);
  }
}
