import { definePlugin, type Plugin } from '@vmcorekit/core';
import { arm } from './arm/arm.ts';
import { arm64 } from './arm64/arm64.ts';
import { loongarch64 } from './loongarch64/loongarch64.ts';
import { mips } from './mips.ts';
import { mips64 } from './mips64.ts';
import { namesOnly } from './names-only.ts';
import { ppc64 } from './ppc64/ppc64.ts';
import { riscv64 } from './riscv64/riscv64.ts';
import { s390x } from './s390x/s390x.ts';
import { i386 } from './x86/i386.ts';
import { x8664 } from './x86/x86-64.ts';

export { arm, arm64, i386, loongarch64, mips, mips64, ppc64, riscv64, s390x, x8664 };

/** Every architecture of this package; those that are only named come last. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/architectures',
  architectures: [
    x8664,
    i386,
    arm64,
    arm,
    ppc64,
    s390x,
    riscv64,
    mips64,
    mips,
    loongarch64,
    ...namesOnly,
  ],
});
