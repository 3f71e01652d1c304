export type { AreaFile } from './address-space/area-file.ts';
export { type AreaPages, areaPagesOf } from './address-space/area-pages.ts';
export { type Area, type Areas, areasOf } from './address-space/areas.ts';
export type { MemoryDescriptor } from './address-space/memory-descriptor.ts';
export * from './bpf/index.ts';
export { captureSignOf } from './capture-sign.ts';
export { type CodeBytes, readCode } from './code/read-code.ts';
export { type Routine, routineAt } from './code/routine.ts';
export * from './containers/index.ts';
export { isEveryCpuIn, isRunByPc } from './cpu-in-text.ts';
export { type CpuTables, cpuTablesOf, type TableLoss } from './cpu-tables.ts';
export { crashSignOf, type RoleSign } from './crash-signs.ts';
export { describeKernel, type KernelDescription } from './description/kernel-description.ts';
export type { KernelVmcoreInfo, VmcoreInfoFrom } from './description/kernel-vmcoreinfo.ts';
export { type Timekeeper, timekeeperOf } from './description/timekeeper.ts';
export { type Utsname, utsnameIn, utsnameOf } from './description/utsname.ts';
export { type BlockDevice, blockDevices } from './devices/block-devices.ts';
export { type DeviceNumber, readDeviceNumbers } from './devices/device-numbers.ts';
export { type Resource, readResources } from './devices/resources.ts';
export { type CachedFile, cachedFileAt } from './files/cached-file.ts';
export type { FilePart, MissingReason } from './files/file-parts.ts';
export type { FileType } from './files/file-type.ts';
export { type FoundFile, findFile } from './files/find-file.ts';
export { type Inode, inodeAt } from './files/inode.ts';
export { fileSystemOptionsOf, mountOptionsOf } from './files/mount-flags.ts';
export type { MountPlaces } from './files/mount-places.ts';
export { type Mount, type Mounts, mountsOf } from './files/mounts.ts';
export { type OpenFile, type OpenFiles, openFilesAt } from './files/open-files.ts';
export { type OpenedFile, openedFileAt } from './files/opened-file.ts';
export { type FilePath, type PathPlace, pathOf, pathPlaceAt, pathWithin } from './files/path-of.ts';
export { shownPathOf } from './files/shown-path.ts';
export { type SuperBlock, superBlockAt } from './files/super-block.ts';
export { fileOwners, fileTableOf } from './files/task-files.ts';
export { mountNamespaceOf } from './files/task-mounts.ts';
export { bannerAt, bannerStart, buildIdFrom, releaseOf } from './identity/banner.ts';
export { type FoundBanner, findBanners } from './identity/banner-search.ts';
export { bootHeaderByCode } from './identity/boot-header.ts';
export { type ChosenBanner, chooseBanner } from './identity/choose-banner.ts';
export { passedAsCode } from './identity/code-look.ts';
export { type CodeLoads, findLoads } from './identity/code-reads.ts';
export {
  type EntryReference,
  entryReferences,
  looksLikeCode,
} from './identity/entry-references.ts';
export { kernelFacts, physBaseVariableOf, textFacts } from './identity/kernel-facts.ts';
export {
  type MachineSign,
  type MachineSigns,
  machinesByNote,
  searchMachineSigns,
} from './identity/machine-signs.ts';
export { pagesNamedIn } from './identity/named-pages.ts';
export { findPhysBaseInCode, type PhysBaseInCode } from './identity/phys-base-in-code.ts';
export { type ImagePart, imagePartsOf } from './image-parts.ts';
export * from './interrupts/index.ts';
export { isOfKernelNote } from './kernel-cpus.ts';
export {
  imageOffsetOf,
  isInWindow,
  type KernelImage,
  kernelImageOfCpu,
  kernelImageThrough,
  physicalAddressIn,
} from './kernel-image.ts';
export { armLayout } from './layout/arm.ts';
export { arm64Layout } from './layout/arm64.ts';
export { i386Layout } from './layout/i386.ts';
export { loongarch64Layout } from './layout/loongarch64.ts';
export { ppc64Layout } from './layout/ppc64.ts';
export { riscv64Layout } from './layout/riscv64.ts';
export { s390xLayout } from './layout/s390x.ts';
export { x8664Layout } from './layout/x86-64.ts';
export * from './locks/index.ts';
export { type LoggedSigns, loggedSignsOf } from './logged-signs.ts';
export { kernelAsceOf, lowcoreVmcoreInfo } from './lowcore/lowcore.ts';
export { type OsInfo, osInfoOf } from './lowcore/os-info.ts';
export type { Counters } from './memory/counters.ts';
export { type DirectMap, directMapOf, pfnOfPage } from './memory/direct-map.ts';
export { countIn } from './memory/longs.ts';
export type { MemoryFigure } from './memory/memory-figure.ts';
export { readMemoryTotals } from './memory/memory-totals.ts';
export { type MemoryNode, readMemoryNodes } from './memory/nodes.ts';
export {
  freeBlockOf,
  inodeOfMapping,
  isSlabPage,
  mappingKindOf,
  type PageFrame,
  pageFlagNames,
  pageFrameAt,
  pageTypeOf,
} from './memory/page-frame.ts';
export { readSlabCaches, type SlabCache, type SlabCaches } from './memory/slab-caches.ts';
export { type SlabObject, slabObjectAt } from './memory/slab-object.ts';
export { readSwapDevices, type SwapDevice } from './memory/swap-devices.ts';
export {
  nodeCounters,
  type VmCounter,
  type VmCounters,
  vmCountersOf,
  vmStatLines,
  zoneCounters,
} from './memory/vm-counters.ts';
export { type VmallocArea, vmallocAreas } from './memory/vmalloc-areas.ts';
export type { CpuPages, MemoryZone } from './memory/zones.ts';
export type { HiddenModule } from './modules/hidden-modules.ts';
export {
  type FoundModules,
  modulesOf,
  modulesOrNone,
  readModules,
} from './modules/kernel-modules.ts';
export { type ModuleDetails, moduleDetails } from './modules/module-details.ts';
export type { ModuleParameter } from './modules/module-parameters.ts';
export { type ModuleSection, sectionsOf } from './modules/module-sections.ts';
export { runTimeNamesOf } from './modules/run-time-names.ts';
export type { DeviceAddress } from './network/device-addresses.ts';
export type { DeviceCounters, TrafficCounters } from './network/device-counters.ts';
export type { NetworkDevice } from './network/devices.ts';
export type { Neighbour } from './network/neighbours.ts';
export {
  type Network,
  type NetworkNamespace,
  type NetworkParts,
  readNetwork,
} from './network/read-network.ts';
export type { NextHop, Route } from './network/routes.ts';
export {
  type NetworkSocket,
  type SocketEnd,
  type SocketKind,
  socketKinds,
} from './network/socket.ts';
export type { SocketOwner } from './network/socket-owners.ts';
export { evaluateExpression } from './objects/evaluate.ts';
export type { Expression } from './objects/expression.ts';
export { parseExpression } from './objects/parse-expression.ts';
export { type ComputedValue, loadedValue, type Value } from './objects/value.ts';
export { type OpenKernelOptions, openKernel } from './open-kernel.ts';
export { pageSizeOf } from './page-size.ts';
export { perKernel } from './per-kernel.ts';
export { plugin } from './plugin.ts';
export { type KernelLog, readKernelLog } from './printk/kernel-log.ts';
export * from './printk/log-record.ts';
export { type CodePointer, codePointer } from './reading/code-pointer.ts';
export * from './reading/fields.ts';
export { kernelLooks } from './reading/kernel-looks.ts';
export {
  type PlainValue,
  type Shape,
  type StructReader,
  structReader,
  type Values,
} from './reading/struct-reader.ts';
export { withoutTypes } from './reading/without-types.ts';
export { isInWritableRun, runAt } from './run-at.ts';
export * from './scheduling/index.ts';
export { spaceOf } from './space-of.ts';
export { signatureBitsOf } from './stacks/arm64/code-pointer.ts';
export type {
  CallFrameBlock,
  CallFrameRule,
  CallFrames,
  FrameAddress,
} from './stacks/call-frame.ts';
export { callFramesOf } from './stacks/call-frames.ts';
export { registersOfTask, type TaskRegisters } from './stacks/registers-of-task.ts';
export { type RunningCpu, runningCpusOf } from './stacks/running-cpus.ts';
export { stackOfCpu } from './stacks/stack-of-cpu.ts';
export { stackOfTask } from './stacks/stack-of-task.ts';
export { type TextOnStack, taskStackOf, textOnStack } from './stacks/text-on-stack.ts';
export { tracerCodeOf } from './stacks/traced-returns.ts';
export * from './summary/index.ts';
export { allSymbols, symbolsNamed } from './symbols/find-symbols.ts';
export { isf } from './symbols/isf.ts';
export { partsOfKallsyms } from './symbols/kallsyms/kallsyms-table.ts';
export { kallsyms } from './symbols/kallsyms.ts';
export {
  distanceInNote,
  type ImagePlace,
  kaslrOffsetByCopy,
  placesOfTables,
  tokenAddressOf,
} from './symbols/kallsyms-place.ts';
export { rootAt, rootOfPlace } from './symbols/kernel-root.ts';
export { MovedSymbols } from './symbols/moved-symbols.ts';
export { type PhysicalKallsyms, scanForKallsyms } from './symbols/physical-kallsyms.ts';
export { systemMap } from './symbols/system-map.ts';
export type { Fact } from './system/fact.ts';
export { lastPagesMapped } from './system/last-pages-mapped.ts';
export type { LoadAverage } from './system/load-average.ts';
export { panicCpuOf } from './system/panic.ts';
export type { PanicMessage, PanicTask } from './system/panic-message.ts';
export { type SystemFacts, systemFactsOf } from './system/system-facts.ts';
export { systemRamRanges } from './system/system-ram-ranges.ts';
export type { Taint, TaintFlag } from './system/taint.ts';
export { fullNameOf } from './tasks/full-name.ts';
export { LinuxTask, type TaskFindings } from './tasks/linux-task.ts';
export { memoryOfProcess } from './tasks/process-memory.ts';
export { type HiddenTask, readTasks, type TaskList } from './tasks/read-tasks.ts';
export { type ResourceLimit, resourceLimitsOf } from './tasks/resource-limits.ts';
export { credentialsOf, type TaskCredentials } from './tasks/task-credentials.ts';
export { type TaskMemory, taskMemoryOf } from './tasks/task-memory.ts';
export { namespacesOf, type TaskNamespaces } from './tasks/task-namespaces.ts';
export { placesOf, type TaskPlaces } from './tasks/task-places.ts';
export {
  lastRunOf,
  schedulingOf,
  type TaskScheduling,
  threadCountOf,
} from './tasks/task-scheduling.ts';
export type { TaskValues } from './tasks/task-struct.ts';
export type { TaskView } from './tasks/task-views.ts';
export { remarksOnTasks, tasksOf } from './tasks/tasks-of.ts';
export { type Arguments, argumentsOf, type UserTexts, userMemoryOf } from './tasks/user-memory.ts';
export * from './timers/index.ts';
export { type BtfEntries, typeEntriesOf } from './types/btf-entries.ts';
export { type BtfCache, btfInMemory } from './types/btf-in-memory.ts';
export { type BtfOptions, btfTypes } from './types/btf-types.ts';
export type { Derivation } from './types/c-type-name.ts';
export { type DefinitionLine, definitionOf } from './types/definition.ts';
export { kernelTypes } from './types/kernel-types.ts';
export {
  type ModuleBtf,
  type ModuleBtfs,
  type ModulesView,
  moduleBtfs,
  moduleTypes,
} from './types/module-types.ts';
export type { TypeEntries, TypeEntry } from './types/type-entry.ts';
export { kernelVariable, type VariableSource } from './variables/variable.ts';
export { knownVariables, type VariableOfType } from './variables/variable-entries.ts';
export { type TypedVariable, typedVariable } from './variables/variable-type.ts';
export { type VariableEntry, variableTypes } from './variables/variable-types.ts';
export { isNoteOfSymbols } from './vmcoreinfo/note-of-symbols.ts';
export { findNotePointers, type NotePointer } from './vmcoreinfo/note-pointers.ts';
export {
  claimOfNote,
  ownNoteLook,
  ownNotesIn,
  type ParsedNote,
  pointedNoteOf,
} from './vmcoreinfo/own-notes.ts';
export { ownVmcoreInfo } from './vmcoreinfo/own-vmcoreinfo.ts';
export { isOffsetProved } from './vmcoreinfo/proved-offset.ts';
export { vmcoreInfoClaim } from './vmcoreinfo/vmcoreinfo-claim.ts';
export {
  type PhysicalVmcoreInfo,
  scanForVmcoreInfo,
  vmcoreInfoAt,
} from './vmcoreinfo/vmcoreinfo-scan.ts';
export { type StatedTypes, vmcoreInfoTypes } from './vmcoreinfo/vmcoreinfo-types.ts';
export type { AddressAnswer } from './what-is/answer.ts';
export { perCpuPlaceAnswer } from './what-is/named-places.ts';
export { whatIs } from './what-is/what-is.ts';
export { type FoundTypes, foundTypes } from './without-types/found-types.ts';
export { judgedTypes } from './without-types/judged-types.ts';
export * from './workqueues/index.ts';
