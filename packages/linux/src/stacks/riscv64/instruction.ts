/** The registers that unwinding is about. Source: RISC-V calling convention. */
export const ra = 1;
export const sp = 2;
export const fp = 8;

/**
 * What an instruction does to the registers that unwinding is about. `jump`, with its target where
 * it has one, may go anywhere; a `branch` may also go on. `other` leaves the stack alone.
 */
export type Effect =
  | { readonly kind: 'add'; readonly to: number; readonly from: number; readonly by: number }
  | { readonly kind: 'load'; readonly to: number; readonly base: number; readonly offset: number }
  | {
      readonly kind: 'store';
      readonly from: number;
      readonly base: number;
      readonly offset: number;
    }
  | { readonly kind: 'call'; readonly link: number; readonly distance: number | null }
  | { readonly kind: 'jump'; readonly distance: number | null }
  | { readonly kind: 'return' }
  | { readonly kind: 'branch' }
  | { readonly kind: 'trap' }
  | { readonly kind: 'other'; readonly to: number };

export interface Instruction {
  readonly sizeInBytes: 2 | 4;
  readonly effect: Effect;
}

/**
 * Decodes one instruction of RV64GC; undefined where the bytes do not hold a whole one. Source: The
 * RISC-V Instruction Set Manual, Volume I, "RV32I", "RV64I", "C" and its listings.
 */
export function instructionAt(code: Uint8Array, at: number): Instruction | undefined {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  if (at + 2 > code.length) {
    return undefined;
  }
  const half = view.getUint16(at, true);
  if ((half & 3) !== 3) {
    return { sizeInBytes: 2, effect: half === 0 ? { kind: 'trap' } : ofHalf(half) };
  }
  return at + 4 > code.length
    ? undefined
    : { sizeInBytes: 4, effect: ofWord(view.getUint32(at, true)) };
}

function ofWord(word: number): Effect {
  const to = (word >>> 7) & 31;
  const from = (word >>> 15) & 31;
  const other = (word >>> 20) & 31;
  const step = (word >>> 12) & 7;
  const immediate = word >> 20;
  switch (word & 0x7f) {
    case 0x03: // loads
      return step === 3
        ? { kind: 'load', to, base: from, offset: immediate }
        : { kind: 'other', to };
    case 0x13: // operations with an immediate
      return step === 0 ? { kind: 'add', to, from, by: immediate } : { kind: 'other', to };
    case 0x23: // stores
      return step === 3
        ? { kind: 'store', from: other, base: from, offset: ((word >> 25) << 5) | to }
        : { kind: 'other', to: 0 };
    case 0x63:
      return { kind: 'branch' };
    case 0x67: // jalr
      return to !== 0
        ? { kind: 'call', link: to, distance: null }
        : from === ra && immediate === 0
          ? { kind: 'return' }
          : { kind: 'jump', distance: null };
    case 0x6f: {
      const distance =
        ((word >> 31) << 20) | (word & 0xff000) | ((word >>> 9) & 0x800) | ((word >>> 20) & 0x7fe);
      return to === 0 ? { kind: 'jump', distance } : { kind: 'call', link: to, distance };
    }
    case 0x73: // ecall, ebreak, sret, wfi; else control and status registers
      return step === 0 && word !== waitForInterrupt ? { kind: 'trap' } : { kind: 'other', to };
    case 0x0f: // fences
    case 0x27: // stores of floating-point and vector registers
      return { kind: 'other', to: 0 };
    default:
      return { kind: 'other', to };
  }
}

const waitForInterrupt = 0x1050_0073;

/** Compressed instructions, by their low two and high three bits. */
function ofHalf(half: number): Effect {
  const to = (half >>> 7) & 31;
  const low = ((half >>> 2) & 7) + 8;
  const high = ((half >>> 7) & 7) + 8;
  const second = (half >>> 2) & 31;
  const signed = (((half >>> 12) & 1) * -32) | second;
  switch (((half & 3) << 3) | (half >>> 13)) {
    case 0o00: // c.addi4spn
      return { kind: 'add', to: low, from: sp, by: wideImmediate(half) };
    case 0o02: // c.lw
    case 0o04: // c.lbu and others of Zcb
      return { kind: 'other', to: low };
    case 0o03: // c.ld
      return { kind: 'load', to: low, base: high, offset: doubleOffset(half) };
    case 0o07: // c.sd
      return { kind: 'store', from: low, base: high, offset: doubleOffset(half) };
    case 0o10: // c.addi, c.nop
      return { kind: 'add', to, from: to, by: signed };
    case 0o13: // c.addi16sp, c.lui
      return to === sp
        ? { kind: 'add', to: sp, from: sp, by: stackImmediate(half) }
        : { kind: 'other', to };
    case 0o14: // arithmetic on two of eight registers
      return { kind: 'other', to: high };
    case 0o15: // c.j
      return { kind: 'jump', distance: jumpDistance(half) };
    case 0o16: // c.beqz
    case 0o17: // c.bnez
      return { kind: 'branch' };
    case 0o23: // c.ldsp
      return { kind: 'load', to, base: sp, offset: loadOffset(half) };
    case 0o24:
      return ofRegisters(half, to, second);
    case 0o27: // c.sdsp
      return { kind: 'store', from: second, base: sp, offset: storeOffset(half) };
    case 0o01: // c.fld
    case 0o05: // c.fsd
    case 0o06: // c.sw
    case 0o25: // c.fsdsp
    case 0o26: // c.swsp
    case 0o21: // c.fldsp
      return { kind: 'other', to: 0 };
    default: // c.addiw, c.li, c.slli, c.lwsp
      return { kind: 'other', to };
  }
}

/** c.jr, c.jalr, c.mv, c.add and c.ebreak. */
function ofRegisters(half: number, to: number, second: number): Effect {
  const isUpper = (half & 0x1000) !== 0;
  if (second !== 0) {
    return isUpper ? { kind: 'other', to } : { kind: 'add', to, from: second, by: 0 };
  }
  if (isUpper) {
    return to === 0 ? { kind: 'trap' } : { kind: 'call', link: ra, distance: null };
  }
  return to === ra ? { kind: 'return' } : { kind: 'jump', distance: null };
}

function wideImmediate(half: number): number {
  return ((half >>> 7) & 0x30) | ((half >>> 1) & 0x3c0) | ((half >>> 4) & 4) | ((half >>> 2) & 8);
}

function stackImmediate(half: number): number {
  return (
    (((half >>> 12) & 1) * -512) |
    ((half >>> 2) & 0x10) |
    ((half << 1) & 0x40) |
    ((half << 4) & 0x180) |
    ((half << 3) & 0x20)
  );
}

function doubleOffset(half: number): number {
  return ((half >>> 7) & 0x38) | ((half << 1) & 0xc0);
}

function loadOffset(half: number): number {
  return ((half >>> 7) & 0x20) | ((half >>> 2) & 0x18) | ((half << 4) & 0x1c0);
}

function storeOffset(half: number): number {
  return ((half >>> 7) & 0x38) | ((half >>> 1) & 0x1c0);
}

function jumpDistance(half: number): number {
  return (
    (((half >>> 12) & 1) * -2048) |
    ((half >>> 7) & 0x10) |
    ((half >>> 1) & 0x300) |
    ((half << 2) & 0x400) |
    ((half >>> 1) & 0x40) |
    ((half << 1) & 0x80) |
    ((half >>> 2) & 0xe) |
    ((half << 3) & 0x20)
  );
}
