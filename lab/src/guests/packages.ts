import type { ForeignArchive, PackageChoice } from './guest.ts';

/** Debian 12's kernel, Linux 6.1. */
export const bookwormCloud: PackageChoice = {
  suites: ['bookworm', 'bookworm-security'],
  debianArchitecture: 'amd64',
  package: 'linux-image-cloud-amd64',
};

/** Debian 13's kernel, Linux 6.12. */
export const trixieCloud: PackageChoice = {
  suites: ['trixie', 'trixie-security'],
  debianArchitecture: 'amd64',
  package: 'linux-image-cloud-amd64',
};

/** Debian 11's kernel, Linux 5.10. */
export const bullseyeCloud: PackageChoice = {
  suites: ['bullseye', 'bullseye-security'],
  debianArchitecture: 'amd64',
  package: 'linux-image-cloud-amd64',
};

const ubuntuArchive: ForeignArchive = {
  site: 'http://archive.ubuntu.com/ubuntu',
  keyring: {
    suites: ['trixie', 'trixie-security'],
    debianArchitecture: 'amd64',
    package: 'ubuntu-keyring',
  },
  keyringFile: 'usr/share/keyrings/ubuntu-archive-keyring.gpg',
};

/**
 * The kernel that Ubuntu 20.04 was released with, Linux 5.4: no BTF, which its updates have, and
 * frame pointers in place of ORC.
 */
export const focalGeneric: PackageChoice = {
  suites: ['focal'],
  debianArchitecture: 'amd64',
  package: 'linux-image-generic',
  archive: ubuntuArchive,
};

/** The last kernel of Ubuntu 20.04, Linux 5.4: BTF, and frame pointers in place of ORC. */
export const focalUpdatesGeneric: PackageChoice = {
  ...focalGeneric,
  suites: ['focal-updates', 'focal', 'focal-security'],
};

/** Runs the load of a guest, whatever its kernel. */
export const bookwormPython: PackageChoice = {
  suites: ['bookworm', 'bookworm-security'],
  debianArchitecture: 'amd64',
  package: 'python3.11',
  withDependencies: true,
};

/** The newest kernel Debian packages for a stable release: it moves on from month to month. */
export const backportsCloud: PackageChoice = {
  suites: ['trixie-backports'],
  debianArchitecture: 'amd64',
  package: 'linux-image-cloud-amd64',
};

/** The last Debian release with an i386 kernel. */
export const bookwormPae: PackageChoice = {
  suites: ['bookworm'],
  debianArchitecture: 'i386',
  package: 'linux-image-686-pae',
};

export const bookwormArm64: PackageChoice = {
  suites: ['bookworm'],
  debianArchitecture: 'arm64',
  package: 'linux-image-cloud-arm64',
};

/** Debian 13's QEMU, which writes plain KDUMP files itself and names no machine in them. */
export const trixieQemu: PackageChoice = {
  suites: ['trixie', 'trixie-security'],
  debianArchitecture: 'amd64',
  package: 'qemu-system-x86',
  withDependencies: true,
};

/** The user space of every guest, whatever its kernel. */
export function busyboxFor(debianArchitecture: string): PackageChoice {
  return { suites: ['bookworm'], debianArchitecture, package: 'busybox-static' };
}
