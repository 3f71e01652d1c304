// Imports every heuristic and witness: the plug-in is their list.
import { definePlugin, type Plugin } from '@vmcorekit/core';
import { cpuTables } from './cpu-tables.ts';
import { cr3Walk } from './cr3-walk.ts';
import { headerValue } from './header-value.ts';
import { idt } from './idt.ts';
import { kallsymsSearch } from './kallsyms-search.ts';
import { lowcore } from './lowcore.ts';
import { markerCheck } from './marker-check.ts';
import { namedTables } from './named-tables.ts';
import { pageTableSearch } from './page-table-search.ts';
import { stepScan } from './step-scan.ts';
import { symbolSearch } from './symbol-search.ts';
import { vmcoreInfoCarve } from './vmcoreinfo-carve.ts';
import { vmcoreInfoNote } from './vmcoreinfo-note.ts';
import { banner } from './witnesses/banner.ts';
import { bootHeader } from './witnesses/boot-header.ts';
import { kernelRole } from './witnesses/kernel-role.ts';
import { machineName } from './witnesses/machine-name.ts';
import { ownNote } from './witnesses/own-note.ts';
import { physBaseVariable } from './witnesses/phys-base-variable.ts';
import { placeVariable } from './witnesses/place-variable.ts';
import { staticTables } from './witnesses/static-tables.ts';
import { symbolFiles } from './witnesses/symbol-files.ts';
import { tableRoot } from './witnesses/table-root.ts';
import { vmcoreInfoSymbols } from './witnesses/vmcoreinfo-symbols.ts';

/**
 * Heuristics and witnesses for Linux kernels, in the order in which they run. First come those that
 * cost a few header bytes, then those that a CPU selects, then searches. Of these, the ones that
 * find page tables for the others come first.
 */
export const plugin: Plugin = definePlugin({
  name: '@vmcorekit/heuristics',
  heuristics: [
    markerCheck,
    headerValue,
    vmcoreInfoNote,
    cr3Walk,
    cpuTables,
    lowcore,
    idt,
    namedTables,
    stepScan,
    pageTableSearch,
    symbolSearch,
    vmcoreInfoCarve,
    kallsymsSearch,
  ],
  witnesses: [
    banner,
    physBaseVariable,
    placeVariable,
    bootHeader,
    vmcoreInfoSymbols,
    ownNote,
    tableRoot,
    staticTables,
    symbolFiles,
    kernelRole,
    machineName,
  ],
});

export {
  banner,
  bootHeader,
  cpuTables,
  cr3Walk,
  headerValue,
  idt,
  kallsymsSearch,
  kernelRole,
  lowcore,
  machineName,
  markerCheck,
  namedTables,
  ownNote,
  pageTableSearch,
  physBaseVariable,
  placeVariable,
  staticTables,
  stepScan,
  symbolFiles,
  symbolSearch,
  tableRoot,
  vmcoreInfoCarve,
  vmcoreInfoNote,
  vmcoreInfoSymbols,
};
