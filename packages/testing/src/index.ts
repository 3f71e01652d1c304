export * from './kernel/kallsyms.ts';
export * from './kernel/linux-kernel.ts';
export * from './linear-space.ts';
export * from './memory-dump.ts';
export * from './page-tables.ts';
export * from './sparse-memory.ts';
