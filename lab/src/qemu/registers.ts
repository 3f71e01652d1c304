import { type MachineName, machines } from '../guests/machines.ts';

/** What the truth stores about one CPU. Registers are hexadecimal with 0x. */
export interface CpuState {
  readonly index: number;
  readonly instructionPointer: string | null;
  /**
   * x86's current privilege level: 0 kernel, 3 user. On arm64 the exception level: 0 user, 1
   * kernel.
   */
  readonly privilegeLevel: number | null;
  readonly isHalted: boolean;
  readonly cr0: string | null;
  readonly cr3: string | null;
  readonly cr4: string | null;
  readonly efer: string | null;
  readonly idtBase: string | null;
  /** s390x's ASCE of the home address space, which is the kernel's. */
  readonly cr13: string | null;
}

/** s390x, which also has an R15; x86, arm64 and loong64, arm, riscv64, ppc64. */
const instructionPointerPatterns: readonly RegExp[] = [
  /\bPSW=mask [0-9a-f]+ addr ([0-9a-f]+)/,
  /\b[RE]IP=([0-9a-f]+)/,
  /\bPC= *([0-9a-f]+)/,
  /\bR15=([0-9a-f]+)/,
  /\bpc +([0-9a-f]+)/,
  /\bNIP ([0-9a-f]+)/,
];

/** Reads the answer to QEMU's `info registers -a`. */
export function parseRegisters(text: string): readonly CpuState[] {
  const [, ...sections] = text.replaceAll('\r', '').split(/^CPU#\d+$/m);
  return sections.map((section, index) => {
    const register = (pattern: RegExp): string | null => {
      const digits = pattern.exec(section)?.[1];
      return digits === undefined ? null : `0x${BigInt(`0x${digits}`).toString(16)}`;
    };
    const privilegeLevel = /\b(?:CPL=|EL)(\d)/.exec(section)?.[1];
    return {
      index,
      instructionPointer:
        instructionPointerPatterns.map(register).find((value) => value !== null) ?? null,
      privilegeLevel: privilegeLevel === undefined ? null : Number(privilegeLevel),
      isHalted: /\bHLT=1/.test(section),
      cr0: register(/\bCR0=([0-9a-f]+)/),
      cr3: register(/\bCR3=([0-9a-f]+)/),
      cr4: register(/\bCR4=([0-9a-f]+)/),
      efer: register(/\bEFER=([0-9a-f]+)/),
      idtBase: register(/\bIDT=\s*([0-9a-f]+)/),
      cr13: register(/\bC13=([0-9a-f]+)/),
    };
  });
}

/** Whether a CPU of this machine runs user code; false where QEMU does not show it. */
export function isInUserMode(cpu: CpuState, machine: MachineName): boolean {
  return cpu.privilegeLevel !== null && cpu.privilegeLevel === machines[machine].userLevel;
}
