/** Prefixes of 64-bit operands: for the first eight registers, and for the others. */
export const REX_W = 0x48;
const REX_WR = 0x4c;
const addFromMemory = 0x03;
const loadFromMemory = 0x8b;
/** A prefix, an opcode, ModRM, and four bytes of displacement. */
export const instructionSizeInBytes = 7;

/** Whether an instruction with a 64-bit operand may begin here. */
export function isWide(prefix: number | undefined): boolean {
  return prefix === REX_W || prefix === REX_WR;
}

/**
 * The distance from the start of the code to the variable that the instruction at a place loads or
 * adds: `mov disp32(%rip), %r64` and `add disp32(%rip), %r64`, which count from the next
 * instruction. `isWide` accepts its prefix. Undefined for any other instruction. Source: Intel SDM
 * volume 2, "RIP-Relative Addressing".
 */
export function variableAt(
  code: DataView,
  at: number,
): { readonly distance: number; readonly isLoaded: boolean } | undefined {
  const opcode = code.getUint8(at + 1);
  const isOperand =
    (opcode === addFromMemory || opcode === loadFromMemory) &&
    (code.getUint8(at + 2) & 0xc7) === 0x05;
  return isOperand
    ? {
        distance: at + instructionSizeInBytes + code.getInt32(at + 3, true),
        isLoaded: opcode === loadFromMemory,
      }
    : undefined;
}
