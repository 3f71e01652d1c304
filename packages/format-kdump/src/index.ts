export { keepPages } from './filters/keep-pages.ts';
export { romFilter } from './filters/rom-filter.ts';
export { zeroFilter } from './filters/zero-filter.ts';
export { flattenedContainer } from './flattened/flattened-container.ts';
export { FlattenedSink } from './flattened/flattened-sink.ts';
export { KdumpFormat } from './kdump-format.ts';
export { plugin } from './plugin.ts';
export { KdumpWriter } from './writer/kdump-writer.ts';
