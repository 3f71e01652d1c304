export { net } from './net.ts';
export type { NetDevice, NetNamespace, NetNeighbour, NetReport, NetSocket } from './net-report.ts';
