import { type Dump, type HeaderHint, hintOf } from '@vmcorekit/core';

/**
 * QEMU's mistake with the vmcoreinfo device: it reads the decimal digits of `NUMBER(phys_base)` as
 * hexadecimal and writes the result into the KDUMP header. Returns the digits where the header
 * holds exactly that value. Returns nothing where that equals the true value, as with a single
 * digit. Source: QEMU, dump/dump.c, vmcoreinfo_update_phys_base().
 */
export function misreadPhysBase(
  dump: Dump,
): { readonly digits: string; readonly hint: HeaderHint } | undefined {
  const digits = dump.vmcoreinfo?.get('NUMBER(phys_base)');
  const hint = hintOf(dump.image.facts, 'physBase');
  if (digits === undefined || hint === undefined || !/^-?[0-9]{2,19}$/.test(digits)) {
    return undefined;
  }
  const magnitude = BigInt(`0x${digits.replace('-', '')}`);
  const misread = BigInt.asIntN(64, digits.startsWith('-') ? -magnitude : magnitude);
  return misread === hint.value && BigInt(digits) !== hint.value ? { digits, hint } : undefined;
}
