export { vm } from './vm.ts';
export type { VmArea, VmReport } from './vm-report.ts';
