/**
 * The layout of the 16 bits after the two offsets. `end`: to Linux 6.2. `signal-end`: 6.3.
 * `signal`: since 6.4 (commit fb799447ae29). Source: Linux, arch/x86/include/asm/orc_types.h.
 */
export type OrcEntryLayout = 'end' | 'signal-end' | 'signal';

/**
 * How registers are numbered. `ax-last` has AX as 10 since commit 96f3b16a9de5, and no 10 before.
 * `ax-first`: Linux 7.2 and later. No type says which.
 */
export type OrcNumbering = 'ax-last' | 'ax-first';

export interface OrcLayout {
  readonly entry: OrcEntryLayout;
  readonly numbering: OrcNumbering;
}

/** What a stack pointer or frame pointer is computed from. */
export type OrcRegister =
  | 'undefined'
  | 'previous-sp'
  | 'rax'
  | 'rdx'
  | 'rdi'
  | 'rbp'
  | 'rsp'
  | 'r10'
  | 'r13'
  | 'rbp-indirect'
  | 'rsp-indirect';

/** `undefined`: no rule. `end`: the outermost frame. `regs`: `pt_regs` follow. */
export type OrcKind = 'undefined' | 'end' | 'call' | 'regs' | 'regs-partial';

/** How to leave a function, from one of its instructions. */
export interface OrcEntry {
  readonly kind: OrcKind;
  readonly spOffset: bigint;
  readonly spRegister: OrcRegister | null;
  readonly bpOffset: bigint;
  readonly bpRegister: OrcRegister | null;
  /** Whether the calling frame was interrupted; null where the layout does not say. */
  readonly isSignal: boolean | null;
}

export const orcEntrySizeInBytes = 6;

const numberings: Readonly<Record<OrcNumbering, readonly OrcRegister[]>> = {
  'ax-last': [
    ...(['undefined', 'previous-sp', 'rdx', 'rdi', 'rbp', 'rsp', 'r10', 'r13'] as const),
    ...(['rbp-indirect', 'rsp-indirect', 'rax'] as const),
  ],
  'ax-first': [
    ...(['undefined', 'rax', 'rdx', 'rsp', 'rbp', 'rdi', 'r10', 'r13'] as const),
    ...(['previous-sp', 'rsp-indirect', 'rbp-indirect'] as const),
  ],
};

/** The two-bit types to Linux 6.3. A function entry (3) is unwound as a call. */
const twoBitKinds: readonly OrcKind[] = ['call', 'regs', 'regs-partial', 'call'];
const threeBitKinds: readonly OrcKind[] = ['undefined', 'end', 'call', 'regs', 'regs-partial'];

/** The number of the register that a stack pointer is computed from. */
export function spNumberIn(flags: number): number {
  return flags & 0xf;
}

/** The bits after the two register numbers. */
export function kindBitsIn(flags: number): number {
  return flags >> 8;
}

/** The number that the stack pointer has in each numbering: the commonest of any table. */
export const stackPointerNumbers: Readonly<Record<OrcNumbering, number>> = {
  'ax-last': numberings['ax-last'].indexOf('rsp'),
  'ax-first': numberings['ax-first'].indexOf('rsp'),
};

/** Decodes the six bytes of an entry; a register or type that no kernel has becomes no rule. */
export function decodeOrcEntry(bytes: Uint8Array, { entry, numbering }: OrcLayout): OrcEntry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(4, true);
  const spNumber = spNumberIn(flags);
  const bits = kindBitsIn(flags);
  return {
    kind: kindOf(entry, bits, spNumber),
    spOffset: BigInt(view.getInt16(0, true)),
    spRegister: numberings[numbering][spNumber] ?? null,
    bpOffset: BigInt(view.getInt16(2, true)),
    bpRegister: numberings[numbering][(flags >> 4) & 0xf] ?? null,
    isSignal: entry === 'end' ? null : ((bits >> (entry === 'signal' ? 3 : 2)) & 1) === 1,
  };
}

function kindOf(layout: OrcEntryLayout, bits: number, spNumber: number): OrcKind {
  if (layout === 'signal') {
    return threeBitKinds[bits & 7] ?? 'undefined';
  }
  const isEnd = ((bits >> (layout === 'end' ? 2 : 3)) & 1) === 1;
  if (spNumber === 0) {
    return isEnd ? 'end' : 'undefined';
  }
  return twoBitKinds[bits & 3] ?? 'undefined';
}
