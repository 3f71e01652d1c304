export { bt } from './bt.ts';
export type { BtFrame, BtGroup, BtReport, BtStack } from './bt-report.ts';
