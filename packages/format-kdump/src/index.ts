export { KdumpFormat } from './kdump-format.ts';
export { plugin } from './plugin.ts';
