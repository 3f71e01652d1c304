import { isZero } from '@vmcorekit/core';
import { instructionSizeInBytes, isWide, REX_W, variableAt } from './rip-relative.ts';

const addToRax = 0x05;
const addToRegister = 0x81;
const moveToRegister = 0xc7;
const pageSizeInBytes = 0x1000;
const windowSizeInBytes = 0x4000_0000;
/** The largest distance of the two instructions in any version, 38 bytes, fits. */
const maxDistanceInBytes = 64;
const prefixesInCode = 100;

/**
 * Two operands of neighbouring instructions. Either may be something else, so the caller must try
 * and verify the pair.
 */
export interface EntryReference {
  /**
   * Physical address of a 64-bit variable that is added or loaded relative to the instruction
   * pointer: perhaps `phys_base`.
   */
  readonly variable: number;
  /** A constant: perhaps `init_top_pgt - __START_KERNEL_map`, as KASLR moved it. */
  readonly tableOffset: number;
}

/**
 * Finds the operands of the entry of further processors (`secondary_startup_64`). That code starts
 * with paging off, adds `phys_base` to the constant `init_top_pgt - __START_KERNEL_map`, and loads
 * the sum as CR3. Order and registers changed over the years. Source: Linux,
 * arch/x86/kernel/head_64.S, v2.6.22 (relocatable kernels) to v6.12. [tried on 6.1 and 6.12]
 */
export function entryReferences(code: Uint8Array, physicalAddress: number): EntryReference[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const variables: { readonly at: number; readonly value: number }[] = [];
  const offsets: { readonly at: number; readonly value: number }[] = [];
  for (let at = 0; at + instructionSizeInBytes <= code.length; at++) {
    if (!isWide(code[at])) {
      continue;
    }
    const opcode = code[at + 1];
    const modrm = code[at + 2] ?? 0;
    const variable = variableAt(view, at);
    if (variable !== undefined) {
      variables.push({ at, value: physicalAddress + variable.distance });
    } else if (opcode === addToRax) {
      offsets.push({ at, value: view.getUint32(at + 2, true) });
    } else if ((opcode === addToRegister || opcode === moveToRegister) && (modrm & 0xf8) === 0xc0) {
      offsets.push({ at, value: view.getUint32(at + 3, true) });
    }
  }
  return offsets
    .filter(
      ({ value }) => value !== 0 && value % pageSizeInBytes === 0 && value < windowSizeInBytes,
    )
    .flatMap((offset) =>
      variables
        .filter(
          ({ at, value }) => Math.abs(at - offset.at) <= maxDistanceInBytes && value % 8 === 0,
        )
        .map(({ value }) => ({ variable: value, tableOffset: offset.value })),
    );
}

/**
 * Whether a page could be 64-bit code, by the number of 64-bit operand prefixes in it. The first
 * pages of 6.1 and 6.12 have over 250 in 4096 bytes, random bytes have 16, and the data at 2 MiB
 * boundaries of six guests had at most 80.
 */
export function looksLikeCode(page: Uint8Array): boolean {
  // A sparse file of terabytes is nearly all zeros, and has a page to try in each 2 MiB.
  if (isZero(page)) {
    return false;
  }
  let prefixes = 0;
  // By index: an iterator takes four times as long.
  for (let at = 0; at < page.length; at++) {
    prefixes += page[at] === REX_W ? 1 : 0;
  }
  return prefixes >= prefixesInCode;
}
