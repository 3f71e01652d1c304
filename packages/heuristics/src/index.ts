import { definePlugin, type Plugin } from '@vmcorekit/core';
import { cr3Walk } from './cr3-walk.ts';
import { idt } from './idt.ts';
import { pageTableSearch } from './page-table-search.ts';
import { stepScan } from './step-scan.ts';
import { kallsyms } from './symbols/kallsyms.ts';
import { banner } from './witnesses/banner.ts';
import { kernelRole } from './witnesses/kernel-role.ts';
import { physBaseVariable } from './witnesses/phys-base-variable.ts';
import { tableRoot } from './witnesses/table-root.ts';
import { vmcoreInfoSymbols } from './witnesses/vmcoreinfo-symbols.ts';

/** Heuristics, witnesses and symbol sources for Linux kernels. The order is the order of running: cheap and strong ones first. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/heuristics',
  symbolSources: [kallsyms],
  heuristics: [cr3Walk, idt, stepScan, pageTableSearch],
  witnesses: [banner, physBaseVariable, vmcoreInfoSymbols, tableRoot, kernelRole],
});

export { banner, cr3Walk, idt, kallsyms, kernelRole, pageTableSearch, physBaseVariable, stepScan, tableRoot, vmcoreInfoSymbols };
