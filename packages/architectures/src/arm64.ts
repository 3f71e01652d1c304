import type { Architecture } from '@vmcorekit/core';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset64 } from './prstatus.ts';

/** Source: Linux, arch/arm64/include/uapi/asm/ptrace.h, struct user_pt_regs. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 392,
  wordSizeInBits: 64,
  groups: [{ offset: registersOffset64, widthInBits: 64, names: [...numbered('x', 0, 30), 'sp', 'pc', 'pstate'] }],
};

/** 64-bit ARM. Registers only: its page tables are not read. */
export const arm64: Architecture = {
  name: 'arm64',
  elfMachines: [{ machine: 183, wordSizeInBits: 64 }],
  machineNames: ['aarch64', 'arm64'],
  wordSizeInBits: 64,
  prstatus: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus),
};
