export { flattenedContainer } from './flattened/flattened-container.ts';
export { FlattenedSink } from './flattened/flattened-sink.ts';
export { KdumpFormat } from './kdump-format.ts';
export { plugin } from './plugin.ts';
