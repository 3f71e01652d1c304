export { net } from './net.ts';
export type { NetDevice, NetNamespace, NetReport, NetSocket } from './net-report.ts';
