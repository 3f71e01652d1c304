export type { BpfLink, BpfMap, BpfObjects, BpfProgram, BpfTypes } from './bpf-object.ts';
export { readBpf } from './read-bpf.ts';
