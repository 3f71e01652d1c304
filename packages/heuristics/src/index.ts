import { definePlugin, type Plugin } from '@vmcorekit/core';
import { kallsyms } from './symbols/kallsyms.ts';
import { banner } from './witnesses/banner.ts';
import { kernelRole } from './witnesses/kernel-role.ts';
import { physBaseVariable } from './witnesses/phys-base-variable.ts';
import { vmcoreInfoSymbols } from './witnesses/vmcoreinfo-symbols.ts';

/** Heuristics, witnesses and symbol sources for Linux kernels. */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/heuristics',
  symbolSources: [kallsyms],
  heuristics: [],
  witnesses: [banner, physBaseVariable, vmcoreInfoSymbols, kernelRole],
});

export { banner, kallsyms, kernelRole, physBaseVariable, vmcoreInfoSymbols };
