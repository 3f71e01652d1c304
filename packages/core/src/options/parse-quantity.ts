import { VmcorekitError } from '../errors.ts';
import type { PhysicalAddress } from '../spaces.ts';

const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  K: 2 ** 10,
  MiB: 2 ** 20,
  M: 2 ** 20,
  GiB: 2 ** 30,
  G: 2 ** 30,
  TiB: 2 ** 40,
  T: 2 ** 40,
};

/**
 * `32 MiB`, `0x200000`, `-0x25600000`, `4096`, within 2^53. Decimal fractions need a unit. Throws
 * `usage`.
 */
export function parseSize(text: string, what: string): number {
  const match = /^(-?)(?:(0x[0-9a-fA-F]+)|([0-9]+(?:\.[0-9]+)?)\s*([KMGT]i?B?|B)?)$/.exec(
    text.trim(),
  );
  const unit = match?.[4] ?? '';
  const factor = sizeUnits[unit];
  if (match !== null && factor !== undefined) {
    const value = (match[1] === '-' ? -1 : 1) * Number(match[2] ?? match[3]) * factor;
    if (Number.isSafeInteger(value)) {
      return value === 0 ? 0 : value;
    }
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      const allowed = value > 0 ? 'a number below 2^53' : 'a number above -2^53';
      throw new VmcorekitError('usage', { what, got: text, allowed });
    }
  }
  throw new VmcorekitError('usage', {
    what,
    got: text,
    allowed: 'a whole number of bytes, like 4096, 0x1000, 32 MiB or -0x200000',
  });
}

/** An unsigned 64-bit address: hexadecimal with `0x`, or decimal. Throws `usage`. */
export function parseAddress(text: string, what: string): bigint {
  const trimmed = text.trim();
  if (/^(0x[0-9a-fA-F]{1,16}|[0-9]{1,20})$/.test(trimmed)) {
    const value = BigInt(trimmed);
    if (value < 1n << 64n) {
      return value;
    }
  }
  throw new VmcorekitError('usage', {
    what,
    got: text,
    allowed: 'an address of at most 64 bits, like 0xffffffff81000000',
  });
}

/** A physical address: hexadecimal with `0x`, or decimal, below 2^53. Throws `usage`. */
export function parsePhysicalAddress(text: string, what: string): PhysicalAddress {
  const address = parseAddress(text, what);
  if (address > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new VmcorekitError('usage', {
      what,
      got: text,
      allowed: 'a physical address below 2^53, like 0x40200000',
    });
  }
  return Number(address);
}

/** `500 ms`, `5 s`, `2 min`; a bare number is seconds. Returns milliseconds. Throws `usage`. */
export function parseDuration(text: string, what: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*(ms|s|min)?$/.exec(text.trim());
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 };
  const value =
    match === null ? Number.NaN : Number(match[1]) * (factors[match[2] ?? 's'] ?? Number.NaN);
  if (Number.isFinite(value) && value > 0) {
    return value;
  }
  throw new VmcorekitError('usage', {
    what,
    got: text,
    allowed: 'a time above zero, like 500 ms, 5 s or 2 min',
  });
}
