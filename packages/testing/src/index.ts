export * from './page-tables.ts';
export * from './sparse-memory.ts';
