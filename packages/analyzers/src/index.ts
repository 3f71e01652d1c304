// Imports every analyzer: it is the list of them.
import { definePlugin, type Plugin } from '@vmcorekit/core';
import { kernelDescription } from './kernel-description.ts';
import { kernelLog } from './kernel-log/kernel-log.ts';
import type { ImageSection, SectionKind } from './memory-map/image-sections.ts';
import { memoryMap } from './memory-map/memory-map.ts';
import type { MappedRange, MemoryMap } from './memory-map/memory-map-data.ts';
import type { PageTablesReport } from './memory-map/page-tables.ts';
import type { Amount, PageTally, TalliedState } from './memory-map/page-tally.ts';
import { mod } from './modules/mod.ts';
import type { ModDetails, ModHidden, ModModule, ModReport } from './modules/mod-report.ts';
import { sym } from './modules/sym.ts';
import type { SymReport, SymSymbol } from './modules/sym-report.ts';
import { type ListItem, type ListReport, list } from './objects/list.ts';
import { type PrintReport, print } from './objects/print.ts';
import { type StructReport, struct } from './objects/struct.ts';
import type { MemberData } from './objects/struct-members.ts';
import { bt } from './stacks/bt.ts';
import type { BtFrame, BtGroup, BtReport, BtStack } from './stacks/bt-report.ts';
import { ps } from './tasks/ps.ts';
import type { PsDetails, PsHiddenTask, PsReport, PsTask } from './tasks/ps-report.ts';
import { type VmcoreInfoReport, vmcoreinfo } from './vmcoreinfo.ts';

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
  ],
  analyzers: [kernelDescription, vmcoreinfo, memoryMap, kernelLog, ps, bt, mod, sym],
});

export {
  type Amount,
  type BtFrame,
  type BtGroup,
  type BtReport,
  type BtStack,
  bt,
  type ImageSection,
  kernelDescription,
  kernelLog,
  type ListItem,
  type ListReport,
  list,
  type MappedRange,
  type MemberData,
  type MemoryMap,
  type ModDetails,
  type ModHidden,
  type ModModule,
  type ModReport,
  memoryMap,
  mod,
  type PageTablesReport,
  type PageTally,
  type PrintReport,
  type PsDetails,
  type PsHiddenTask,
  type PsReport,
  type PsTask,
  print,
  ps,
  type SectionKind,
  type StructReport,
  type SymReport,
  type SymSymbol,
  struct,
  sym,
  type TalliedState,
  type VmcoreInfoReport,
  vmcoreinfo,
};
