import type { Dump } from '@vmcorekit/core';

/**
 * QEMU's mistake: with the vmcoreinfo device it reads the decimal digits of `NUMBER(phys_base)` as hexadecimal and writes the result into
 * the KDUMP header. Gives the digits when the header holds exactly that (and not also the true value, as a single digit would).
 * Source: QEMU, dump/dump.c, vmcoreinfo_update_phys_base().
 */
export function misreadPhysBase(dump: Dump): { readonly digits: string; readonly header: bigint } | undefined {
  const digits = dump.vmcoreinfo?.get('NUMBER(phys_base)');
  const header = headerPhysBase(dump);
  if (digits === undefined || header === undefined || !/^-?[0-9]{2,19}$/.test(digits)) {
    return undefined;
  }
  const magnitude = BigInt(`0x${digits.replace('-', '')}`);
  const misread = BigInt.asIntN(64, digits.startsWith('-') ? -magnitude : magnitude);
  return misread === header && BigInt(digits) !== header ? { digits, header } : undefined;
}

/** The KDUMP header's phys_base as the signed number it is; undefined in other formats. */
export function headerPhysBase(dump: Dump): bigint | undefined {
  const value = dump.image.header.get('phys_base');
  return value === undefined || typeof value === 'string' ? undefined : BigInt.asIntN(dump.image.wordSizeInBits, BigInt(value));
}
