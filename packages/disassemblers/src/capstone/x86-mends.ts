/**
 * Instructions of x86 that Capstone 5.0.9 does not know, or whose length it gets wrong. Found by
 * comparing all 6,718,481 instructions of `.text` of Debian's 6.1.0-57 with objdump.
 * Source of the codes: Intel SDM volume 2; AMD manual volume 3.
 */
const unknownToCapstone: Readonly<Record<string, string>> = {
  '0f01e8': 'serialize',
  '0f01c6': 'wrmsrns',
  '0f01cf': 'encls',
  '0f01fe': 'invlpgb',
  '0f01ff': 'tlbsync',
  f30f01fe: 'rmpadjust',
  f20f01fe: 'rmpupdate',
  f30f01ff: 'psmash',
  f20f01ff: 'pvalidate',
  f20f01ca: 'erets',
  f30f01ca: 'eretu',
  '660f01cc': 'tdcall',
  '660f01cf': 'seamcall',
  c4e27849c0: 'tilerelease',
};
const longestUnknown = 5;

export interface X86Mend {
  readonly mnemonic: string;
  readonly lengthInBytes: number;
}

/** What begins at an offset, where Capstone would not say it; undefined for all others. */
export function x86MendAt(bytes: Uint8Array, at: number): X86Mend | undefined {
  const first = bytes[at];
  const mayBe = first === 0x0f || first === 0x66 || first === 0x67 || (first ?? 0) >= 0xc4;
  if (!mayBe) {
    return undefined;
  }
  let digits = '';
  for (const byte of bytes.subarray(at, at + longestUnknown)) {
    digits += byte.toString(16).padStart(2, '0');
    const mnemonic = unknownToCapstone[digits];
    if (mnemonic !== undefined) {
      return { mnemonic, lengthInBytes: digits.length / 2 };
    }
  }
  return undefinedAt(bytes, at);
}

/** `ud0` and `ud1` have operands, which Capstone leaves out of their length. */
function undefinedAt(bytes: Uint8Array, start: number): X86Mend | undefined {
  let at = start;
  if (bytes[at] === 0x67) {
    at++;
  }
  const code = bytes[at + 1];
  const modRm = bytes[at + 2];
  if (bytes[at] !== 0x0f || (code !== 0xb9 && code !== 0xff) || modRm === undefined) {
    return undefined;
  }
  const mnemonic = code === 0xb9 ? 'ud1' : 'ud0';
  const lengthInBytes = at + 2 + addressingLength(modRm, bytes[at + 3] ?? 0) - start;
  return start + lengthInBytes <= bytes.length ? { mnemonic, lengthInBytes } : undefined;
}

/** The bytes of ModRM, SIB and the displacement, as addresses of 32 and 64 bits have them. */
function addressingLength(modRm: number, sib: number): number {
  const [mod, rm] = [modRm >> 6, modRm & 7];
  if (mod === 3) {
    return 1;
  }
  const hasSib = rm === 4;
  const isBare = mod === 0 && (rm === 5 || (hasSib && (sib & 7) === 5));
  return 1 + (hasSib ? 1 : 0) + (mod === 1 ? 1 : mod === 2 || isBare ? 4 : 0);
}
