import { parseAddress, VmcorekitError } from '@vmcorekit/core';

/** A symbol, and an offset from it. */
export interface SymbolOperand {
  readonly symbol: string;
  readonly offset: bigint;
}

export type AddressOperand = bigint | SymbolOperand;

/** What a C compiler names, and what it adds after a dot (`.cold`, `.isra.0`). */
const symbolPattern = /^([A-Za-z_.$][A-Za-z0-9_.$]*)(?:([+-])(0x[0-9a-fA-F]{1,16}|[0-9]{1,19}))?$/;
/** The digits of an address without its `0x`. No symbol is called like that. */
const digitsOfAddress = /^[0-9a-fA-F]{8,16}$/;

/**
 * Reads an address as `parseAddress` does, or the name of a symbol, with an offset as in
 * `name+0x10`. Throws `usage`.
 */
export function parseAddressOperand(text: string, what: string): AddressOperand {
  const trimmed = text.trim();
  if (withPrefix(trimmed) !== trimmed) {
    throw new VmcorekitError('usage', {
      what,
      got: text,
      allowed: `an address with 0x: ${withPrefix(trimmed)}`,
    });
  }
  const match = digitsOfAddress.test(trimmed) ? null : symbolPattern.exec(trimmed);
  if (match === null) {
    return parseAddress(text, what);
  }
  const [, symbol = '', sign, digits = '0'] = match;
  const offset = BigInt(digits);
  return { symbol, offset: sign === '-' ? -offset : offset };
}

/** Hexadecimal digits of an address as crash prints them, with the `0x` that they lack. */
export function withPrefix(text: string): string {
  return digitsOfAddress.test(text) && /[a-f]/i.test(text) ? `0x${text}` : text;
}
