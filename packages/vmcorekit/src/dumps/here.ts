import { existsSync } from 'node:fs';
import type { Dump } from '@vmcorekit/core';
import type { ProbeReportContext } from '@vmcorekit/report';

/** Node's name of a processor, and this library's. Source: Node's process.arch, `uname -m`. */
const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = {
  x64: 'x86_64',
  ia32: 'i386',
  arm64: 'arm64',
  arm: 'arm',
  ppc64: 'ppc64',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loongarch64',
  mips: 'mips',
};

/** Whether other programs find the files of a dump here, and which machine this is. */
export function here({ files }: Dump): ProbeReportContext['here'] {
  return {
    areFiles: files.every((file) => existsSync(file)),
    host: architectures[process.arch] ?? null,
  };
}
