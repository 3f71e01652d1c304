import type { CapstoneModule } from '@alexaltea/capstone-js';
import type { ByteOrder } from '@vmcorekit/core';

/** How Capstone is asked about a machine, and how its answers are read. */
export interface CapstoneMachine {
  readonly wordSizeInBits: 32 | 64;
  /**
   * The bytes of an instruction that Capstone does not know, by its first one. x86 does not
   * say: one byte.
   */
  unknownLength(first: number): number;
  readonly isX86?: true;
  /** Mnemonics whose last operand is an address. */
  readonly withTarget: RegExp;
  /** True where that operand counts from the instruction. */
  readonly isRelative?: true;
  /** True where gdb writes a space after a comma. */
  readonly hasSpaces?: true;
  architecture(capstone: CapstoneModule): number;
  mode(capstone: CapstoneModule, byteOrder: ByteOrder): number;
}

const four = (): number => 4;
const order = (capstone: CapstoneModule, byteOrder: ByteOrder) =>
  byteOrder === 'big' ? capstone.MODE_BIG_ENDIAN : capstone.MODE_LITTLE_ENDIAN;

const x86 = {
  unknownLength: () => 1,
  isX86: true,
  withTarget: /^(?:\w+ )?(?:j\w+|call\w*|loop\w*|xbegin)$/,
  architecture: (capstone: CapstoneModule) => capstone.ARCH_X86,
} as const;

const mips = {
  unknownLength: four,
  withTarget: /^(?:b\w*|j|jal|jalx)$/,
  architecture: (capstone: CapstoneModule) => capstone.ARCH_MIPS,
} as const;

/** The machines that Capstone 5 reads, by the name of their architecture. It lacks loongarch64. */
export const capstoneMachines: Readonly<Record<string, CapstoneMachine>> = {
  x86_64: { ...x86, wordSizeInBits: 64, mode: (capstone) => capstone.MODE_64 },
  i386: { ...x86, wordSizeInBits: 32, mode: (capstone) => capstone.MODE_32 },
  arm64: {
    wordSizeInBits: 64,
    unknownLength: four,
    withTarget: /^(?:b|bl|bc?\.\w+|cbn?z|tbn?z|adrp?|ldr|ldrsw|prfm)$/,
    hasSpaces: true,
    architecture: (capstone) => capstone.ARCH_ARM64,
    // Its instructions are little-endian also where its data is not.
    mode: (capstone) => capstone.MODE_LITTLE_ENDIAN,
  },
  arm: {
    wordSizeInBits: 32,
    unknownLength: four,
    withTarget: /^(?:b|bl|blx|bl?(?:eq|ne|hs|lo|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le))$/,
    hasSpaces: true,
    architecture: (capstone) => capstone.ARCH_ARM,
    mode: (capstone, byteOrder) => capstone.MODE_ARM | order(capstone, byteOrder),
  },
  ppc64: {
    wordSizeInBits: 64,
    unknownLength: four,
    withTarget: /^b(?!.*(?:lr|ctr|lrl|ctrl|tar)$)\w*[+-]?$/,
    architecture: (capstone) => capstone.ARCH_PPC,
    mode: (capstone, byteOrder) => capstone.MODE_64 | order(capstone, byteOrder),
  },
  s390x: {
    wordSizeInBits: 64,
    // Source: z/Architecture Principles of Operation, instruction lengths: by the first two bits.
    unknownLength: (first) => [2, 4, 4, 6][first >> 6] ?? 2,
    withTarget: /^(?:j\w*|br[acx]\w*|larl|l\w*rl|st\w*rl|c\w*rl|cl?g?i?[rj]?j\w*|exrl|pfdrl)$/,
    architecture: (capstone) => capstone.ARCH_SYSZ,
    mode: (capstone) => capstone.MODE_BIG_ENDIAN,
  },
  riscv64: {
    wordSizeInBits: 64,
    // Source: RISC-V ISA manual, Expanded Instruction-Length Encoding.
    unknownLength: (first) => ((first & 3) === 3 ? 4 : 2),
    withTarget: /^(?:c\.)?(?:j|jal|b\w+)$/,
    isRelative: true,
    architecture: (capstone) => capstone.ARCH_RISCV,
    mode: (capstone) => capstone.MODE_RISCV64 | capstone.MODE_RISCVC,
  },
  mips: {
    ...mips,
    wordSizeInBits: 32,
    mode: (capstone, byteOrder) => capstone.MODE_MIPS32 | order(capstone, byteOrder),
  },
  mips64: {
    ...mips,
    wordSizeInBits: 64,
    mode: (capstone, byteOrder) => capstone.MODE_MIPS64 | order(capstone, byteOrder),
  },
};
