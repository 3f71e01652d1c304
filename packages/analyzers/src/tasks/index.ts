export { ps } from './ps.ts';
export type { PsDetails, PsHiddenTask, PsReport, PsTask } from './ps-report.ts';
