export type { ImageSection, SectionKind } from './image-sections.ts';
export { memoryMap } from './memory-map.ts';
export type { MappedRange, MemoryMap } from './memory-map-data.ts';
export type { PageTablesReport } from './page-tables.ts';
export type { Amount, PageTally, TalliedState } from './page-tally.ts';
