import type { ForeignArchive, PackageChoice } from './guest.ts';

/** A kernel of Debian's. @param flavour its package's name after `linux-image-` */
export function debianKernel(
  suites: readonly string[],
  debianArchitecture: string,
  flavour: string,
): PackageChoice {
  return { suites, debianArchitecture, package: `linux-image-${flavour}` };
}

function cloud(...suites: readonly string[]): PackageChoice {
  return debianKernel(suites, 'amd64', 'cloud-amd64');
}

/** Debian 12's kernel, Linux 6.1. */
export const bookwormCloud: PackageChoice = cloud('bookworm', 'bookworm-security');

/** Debian 13's kernel, Linux 6.12. */
export const trixieCloud: PackageChoice = cloud('trixie', 'trixie-security');

/** Debian 11's kernel, Linux 5.10. */
export const bullseyeCloud: PackageChoice = cloud('bullseye', 'bullseye-security');

/** The newest kernel Debian packages for a stable release: it moves on from month to month. */
export const backportsCloud: PackageChoice = cloud('trixie-backports');

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

/** A program with all it depends on. */
export function program(
  suites: readonly string[],
  debianArchitecture: string,
  name: string,
): PackageChoice {
  return { suites, debianArchitecture, package: name, withDependencies: true };
}

/** Runs the load of a guest, whatever its kernel: Debian 12's where it has the architecture. */
export function pythonFor(debianArchitecture: string): PackageChoice {
  const suite = suitesOfLateArchitectures[debianArchitecture];
  return suite === undefined
    ? program(['bookworm', 'bookworm-security'], debianArchitecture, 'python3.11')
    : program([suite], debianArchitecture, 'python3.13');
}

/** kexec-tools came to riscv64 after Debian 13. */
const suitesOfKdump: Readonly<Record<string, string>> = { ppc64el: 'bookworm', riscv64: 'forky' };

/** A tool of kdump for the user space of a guest: new enough for the kernels that use it. */
export function kdumpTool(
  debianArchitecture: string,
  name: 'kexec-tools' | 'makedumpfile',
): PackageChoice {
  return program([suitesOfKdump[debianArchitecture] ?? 'trixie'], debianArchitecture, name);
}

/** Debian 13's QEMU, which writes plain KDUMP files itself and names no machine in them. */
export function trixieQemu(qemuPackage: string): PackageChoice {
  return program(['trixie', 'trixie-security'], 'amd64', qemuPackage);
}

/** Architectures that came to Debian after its release 12, and the suite that has their busybox. */
const suitesOfLateArchitectures: Readonly<Record<string, string>> = {
  riscv64: 'trixie',
  loong64: 'forky',
};

/** The user space of every guest, whatever its kernel. */
export function busyboxFor(debianArchitecture: string): PackageChoice {
  const suite = suitesOfLateArchitectures[debianArchitecture] ?? 'bookworm';
  return { suites: [suite], debianArchitecture, package: 'busybox-static' };
}
