export { buildKdump, buildSplitKdump } from './kdump/build-kdump.ts';
export type { KdumpCompression, KdumpFile, KdumpPage, KdumpSpec } from './kdump/kdump-spec.ts';
export { qemuKdump } from './kdump/qemu-kdump.ts';
export * from './kernel/kallsyms.ts';
export * from './kernel/linux-kernel.ts';
export * from './linear-space.ts';
export * from './memory-dump.ts';
export * from './page-tables.ts';
export * from './sparse-memory.ts';
