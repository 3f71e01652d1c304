import type { KernelLayout } from '@vmcorekit/core';
import { armLayout } from './arm.ts';
import { arm64Layout } from './arm64.ts';
import { i386Layout } from './i386.ts';
import { loongarch64Layout } from './loongarch64.ts';
import { ppc64Layout } from './ppc64.ts';
import { riscv64Layout } from './riscv64.ts';
import { s390xLayout } from './s390x.ts';
import { x8664Layout } from './x86-64.ts';

/** The layout of every machine whose kernels are found, the most frequent machine first. */
export const kernelLayouts: readonly KernelLayout[] = [
  x8664Layout,
  arm64Layout,
  riscv64Layout,
  s390xLayout,
  ppc64Layout,
  i386Layout,
  loongarch64Layout,
  armLayout,
];
