export { type DevReport, dev } from './dev.ts';
