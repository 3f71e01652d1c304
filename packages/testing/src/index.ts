export * from './aff4/build-aff4.ts';
export * from './aff4/build-zip64.ts';
export * from './arm64-page-tables.ts';
export {
  type AnalyzedDump,
  type AnalyzerCase,
  type AnalyzerSuite,
  describeAnalyzer,
} from './conformance/describe-analyzer.ts';
export { type CompressorSuite, describeCompressor } from './conformance/describe-compressor.ts';
export {
  type ContainerCase,
  type ContainerSuite,
  describeContainer,
} from './conformance/describe-container.ts';
export {
  describeFormat,
  type FormatCase,
  type FormatSuite,
} from './conformance/describe-format.ts';
export {
  describeHeuristic,
  type HeuristicCase,
  type HeuristicSuite,
} from './conformance/describe-heuristic.ts';
export {
  describeMmu,
  type KnownMapping,
  type MmuCase,
  type MmuSuite,
} from './conformance/describe-mmu.ts';
export {
  describePageFilter,
  type PageFilterCase,
  type PageFilterSuite,
} from './conformance/describe-page-filter.ts';
export type { TestRunner } from './conformance/runner.ts';
export * from './elf/build-dwarf.ts';
export * from './elf/build-elf.ts';
export * from './elf/build-vmlinux.ts';
export * from './elf/build-vmlinuz.ts';
export * from './elf/elf-spec.ts';
export * from './elf/qemu-elf.ts';
export * from './ewf/build-ewf.ts';
export * from './firmware-map.ts';
export * from './growing-limits.ts';
export * from './hibernation/build-hibernation.ts';
export { buildDiskdumpPartition, buildKdump, buildSplitKdump } from './kdump/build-kdump.ts';
export type { KdumpCompression, KdumpFile, KdumpPage, KdumpSpec } from './kdump/kdump-spec.ts';
export { qemuKdump } from './kdump/qemu-kdump.ts';
export * from './kernel/build-btf.ts';
export * from './kernel/build-isf.ts';
export * from './kernel/build-modules.ts';
export * from './kernel/build-utsname.ts';
export { type CMembers, cBtf } from './kernel/c-types.ts';
export * from './kernel/field-kernel.ts';
export * from './kernel/kallsyms.ts';
export * from './kernel/kernel-btf.ts';
export * from './kernel/linux-kernel.ts';
export * from './kernel/map-kernel-cache.ts';
export * from './kernel/test-kernel.ts';
export * from './lime/build-avml.ts';
export * from './lime/build-lime.ts';
export * from './linear-mmu.ts';
export * from './lkcd/build-lkcd.ts';
export * from './memory-dump.ts';
export * from './memory-image.ts';
export * from './memory-states.ts';
export * from './notes/cpu-notes.ts';
export * from './notes/text-notes.ts';
export * from './opening.ts';
export * from './page-tables.ts';
export { propertyCases, propertyRuns } from './property-runs.ts';
export * from './qemu/build-libvirt-save.ts';
export * from './qemu/build-qcow2.ts';
export * from './qemu/build-qemu-stream.ts';
export type * from './qemu/qemu-stream-spec.ts';
export * from './radix-page-tables.ts';
export * from './riscv64-page-tables.ts';
export * from './s390/build-s390.ts';
export * from './s390x-page-tables.ts';
export * from './sadump/build-sadump.ts';
export * from './sparse-memory.ts';
export * from './symbol-list.ts';
export * from './vmware/build-vmss.ts';
export * from './xen/build-xen-core.ts';
export * from './xen/build-xen-save.ts';
export * from './xen/guest-context.ts';
export * from './xen/machine-frames.ts';
export { ZerosSource } from './zeros-source.ts';
