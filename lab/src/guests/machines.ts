/** The machines that guests run on, as `uname -m` would name most of them. */
export type MachineName =
  | 'x86_64'
  | 'i386'
  | 'aarch64'
  | 'riscv64'
  | 's390x'
  | 'ppc64le'
  | 'arm'
  | 'loongarch64';

/** What the laboratory needs to know of a machine. */
export interface Machine {
  /** QEMU's program for it, and the Debian package that has the program. */
  readonly qemuProgram: string;
  readonly qemuPackage: string;
  /** The privilege level of user code, as `parseRegisters` gives it; null where QEMU shows none. */
  readonly userLevel: number | null;
  /** The folder of its libraries and its program loader, as Debian names them. */
  readonly libraries?: { readonly folder: string; readonly loader: string };
}

const arm = { qemuPackage: 'qemu-system-arm', userLevel: 0 };

/** i386 guests run under the 64-bit QEMU, as on most real hosts. */
const x86: Machine = {
  qemuProgram: 'qemu-system-x86_64',
  qemuPackage: 'qemu-system-x86',
  userLevel: 3,
  libraries: { folder: 'lib/x86_64-linux-gnu', loader: 'lib64/ld-linux-x86-64.so.2' },
};

export const machines: Readonly<Record<MachineName, Machine>> = {
  x86_64: x86,
  i386: x86,
  aarch64: {
    ...arm,
    qemuProgram: 'qemu-system-aarch64',
    libraries: { folder: 'lib/aarch64-linux-gnu', loader: 'lib/ld-linux-aarch64.so.1' },
  },
  arm: { ...arm, qemuProgram: 'qemu-system-arm' },
  riscv64: {
    qemuProgram: 'qemu-system-riscv64',
    qemuPackage: 'qemu-system-misc',
    userLevel: null,
    libraries: { folder: 'lib/riscv64-linux-gnu', loader: 'lib/ld-linux-riscv64-lp64d.so.1' },
  },
  s390x: {
    qemuProgram: 'qemu-system-s390x',
    qemuPackage: 'qemu-system-s390x',
    userLevel: null,
    libraries: { folder: 'lib/s390x-linux-gnu', loader: 'lib/ld64.so.1' },
  },
  ppc64le: {
    qemuProgram: 'qemu-system-ppc64',
    qemuPackage: 'qemu-system-ppc',
    userLevel: null,
    libraries: { folder: 'lib/powerpc64le-linux-gnu', loader: 'lib64/ld64.so.2' },
  },
  loongarch64: {
    qemuProgram: 'qemu-system-loongarch64',
    qemuPackage: 'qemu-system-misc',
    userLevel: null,
  },
};
