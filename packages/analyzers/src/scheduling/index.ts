export { irq } from './irq.ts';
export type { IrqInterrupt, IrqReport, IrqSoftInterrupt } from './irq-report.ts';
