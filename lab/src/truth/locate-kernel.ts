import type { MachineName } from '../guests/machines.ts';
import { locateArm64 } from './locate-arm64.ts';
import { locateArm, locateLoong64, locatePpc64 } from './locate-fixed.ts';
import { locateRiscv64 } from './locate-riscv64.ts';
import { locateS390x } from './locate-s390x.ts';
import { locateX86 } from './locate-x86.ts';
import type { LocationStatements } from './location.ts';
import type { KernelLocation } from './truth.ts';

const locators: Readonly<Record<MachineName, (statements: LocationStatements) => KernelLocation>> =
  {
    x86_64: (statements) => locateX86(statements, 'x86_64'),
    i386: (statements) => locateX86(statements, 'i386'),
    aarch64: locateArm64,
    riscv64: locateRiscv64,
    s390x: locateS390x,
    ppc64le: locatePpc64,
    arm: locateArm,
    loongarch64: locateLoong64,
  };

/** @throws {Error} when a statement is missing, or VMCOREINFO contradicts the others. */
export function locateKernel(machine: MachineName, statements: LocationStatements): KernelLocation {
  return locators[machine](statements);
}
