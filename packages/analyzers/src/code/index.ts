export { dis } from './dis.ts';
export type { DisInstruction, DisReport, DisRoutine, DisStop } from './dis-report.ts';
