declare module '@alexaltea/capstone-js' {
  /** One instruction; numbers of 64 bits are signed. */
  export interface CapstoneInstruction {
    readonly address: number | bigint;
    readonly size: number;
    readonly mnemonic: string;
    readonly op_str: string;
  }
  export interface CapstoneHandle {
    option(option: number, value: number): void;
    /** At most `limit`, up to the first that it does not know. Throws a text for none. */
    disasm(bytes: Uint8Array, address: bigint, limit: number): CapstoneInstruction[];
    close(): void;
  }
  export type CapstoneNumber =
    | `ARCH_${'ARM' | 'ARM64' | 'MIPS' | 'PPC' | 'RISCV' | 'SYSZ' | 'X86'}`
    | `MODE_${'32' | '64' | 'ARM' | 'BIG_ENDIAN' | 'LITTLE_ENDIAN' | 'MIPS32' | 'MIPS64' | 'RISCV64' | 'RISCVC'}`
    | 'OPT_SYNTAX'
    | 'OPT_SYNTAX_ATT';
  export type CapstoneModule = Readonly<Record<CapstoneNumber, number>> & {
    readonly Capstone: new (architecture: number, mode: number) => CapstoneHandle;
  };
  export default function createModule(options?: {
    wasmBinary?: Uint8Array;
  }): Promise<CapstoneModule>;
}
