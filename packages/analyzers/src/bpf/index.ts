export { bpf } from './bpf.ts';
export type { BpfReport } from './bpf-report.ts';
