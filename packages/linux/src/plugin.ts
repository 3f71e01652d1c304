import { definePlugin, type Plugin } from '@vmcorekit/core';
import { kernelLayouts } from './layout/all.ts';
import { frameRecords } from './stacks/arm64/frame-records.ts';
import { framePointersOfI386 } from './stacks/i386/frame-pointers.ts';
import { ppc64BackChain } from './stacks/ppc64/back-chain.ts';
import { framePointersOfRiscv64 } from './stacks/riscv64/frame-pointers.ts';
import { s390xBackChain } from './stacks/s390x/back-chain.ts';
import { framePointers } from './stacks/x86-64/frame-pointers.ts';
import { orc } from './stacks/x86-64/orc-unwinder.ts';
import { returnAddresses } from './stacks/x86-64/return-addresses.ts';
import { isf } from './symbols/isf.ts';
import { kallsyms } from './symbols/kallsyms.ts';
import { systemMap } from './symbols/system-map.ts';

/** What a Linux kernel keeps about itself, as plug-ins need it. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/linux',
  kernelLayouts,
  symbolFiles: [systemMap, isf],
  symbolCarvers: [kallsyms],
  unwinders: [
    orc,
    framePointers,
    returnAddresses,
    frameRecords,
    framePointersOfRiscv64,
    s390xBackChain,
    ppc64BackChain,
    framePointersOfI386,
  ],
});
