// Imports every analyzer: it is the list of them.
import { definePlugin, type Plugin } from '@vmcorekit/core';
import { vm } from './address-space/index.ts';
import { bpf } from './bpf/index.ts';
import { dis } from './code/index.ts';
import { dev } from './devices/index.ts';
import { extract, files, mount } from './files/index.ts';
import { kernelDescription } from './kernel-description.ts';
import { kernelLog } from './kernel-log/kernel-log.ts';
import { locks } from './locks/index.ts';
import { kmem } from './memory/index.ts';
import { memoryMap } from './memory-map/memory-map.ts';
import { mod, sym } from './modules/index.ts';
import { net } from './network/index.ts';
import { list, print, struct, whatis } from './objects/index.ts';
import { irq, runq, timer, workqueue } from './scheduling/index.ts';
import { bt } from './stacks/index.ts';
import { crashSummary, panicSignature } from './summary/index.ts';
import { ps } from './tasks/index.ts';
import { vmcoreinfo } from './vmcoreinfo.ts';

/** Reports on an opened dump, and on the kernel in it. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/analyzers',
  analyzers: [
    // One a line, so that two additions do not meet.
    kernelDescription,
    vmcoreinfo,
    memoryMap,
    kernelLog,
    ps,
    bt,
    mod,
    sym,
    struct,
    print,
    list,
    whatis,
    files,
    mount,
    irq,
    kmem,
    vm,
    timer,
    crashSummary,
    panicSignature,
    net,
    extract,
    runq,
    locks,
    bpf,
    dev,
    workqueue,
    dis,
  ],
});

export * from './address-space/index.ts';
export * from './bpf/index.ts';
export * from './code/index.ts';
export * from './devices/index.ts';
export * from './files/index.ts';
export * from './locks/index.ts';
export * from './memory/index.ts';
export * from './memory-map/index.ts';
export * from './modules/index.ts';
export * from './network/index.ts';
export { addressOf } from './objects/address-of.ts';
export * from './objects/index.ts';
export * from './scheduling/index.ts';
export * from './stacks/index.ts';
export * from './summary/index.ts';
export * from './tasks/index.ts';
export { type VmcoreInfoReport, vmcoreinfo } from './vmcoreinfo.ts';
export { kernelDescription, kernelLog };
