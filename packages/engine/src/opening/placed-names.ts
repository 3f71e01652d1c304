import { type PhysicalAddress, parseSize, shownName, VmcorekitError } from '@vmcorekit/core';

/** More parts than any machine has banks of memory. */
const maxParts = 1024;
/** `FILE@ADDRESS`, `FILE@ADDRESS+SIZE`, up to a comma or the end. */
const partPattern = /(.+?)@([0-9][0-9a-fA-FxXKMGTiB]*)(?:\+([0-9][0-9a-fA-FxXKMGTiB]*))?(?:,|$)/sy;
const addressForm = 'an address like 0x80000000, 2G or 0';

/** A file, and where its next bytes lie in physical memory. */
export interface PlacedName {
  readonly url: string;
  readonly address: PhysicalAddress;
  /** Undefined for the rest of the file. */
  readonly lengthInBytes: number | undefined;
}

/**
 * Reads `FILE@ADDRESS`, or several with commas between them, as users of crash write it. With
 * `+SIZE` only so many bytes of the file lie there: the file may be named again for what follows.
 * Undefined for a name that is not of this form. Throws `usage` for digits that crash reads as
 * hexadecimal and people as decimal, for an address below 0, and for a comma at the end.
 */
export function placedNames(name: string): readonly PlacedName[] | undefined {
  const parts: PlacedName[] = [];
  const negative = /.@(-[0-9]\w*)$/.exec(name)?.[1];
  if (negative !== undefined) {
    throw new VmcorekitError('usage', {
      what: `the address in ${shownName(name)}`,
      got: negative,
      allowed: addressForm,
    });
  }
  partPattern.lastIndex = 0;
  for (let at = 0; at < name.length; at = partPattern.lastIndex) {
    const match = partPattern.exec(name);
    if (match === null || parts.length >= maxParts) {
      return undefined;
    }
    const [, url = '', address = '', size] = match;
    parts.push({
      url,
      address: addressOf(address, name),
      lengthInBytes:
        size === undefined ? undefined : parseSize(size, `the size in ${shownName(name)}`),
    });
  }
  if (parts.length > 0 && name.endsWith(',')) {
    throw new VmcorekitError('usage', {
      what: `the files of ${shownName(name)}`,
      got: 'nothing after the last comma',
      allowed: 'FILE@ADDRESS, or several with commas between them',
    });
  }
  return parts.length === 0 ? undefined : parts;
}

function addressOf(text: string, name: string): PhysicalAddress {
  if (text !== '0' && /^[0-9]+$/.test(text)) {
    throw new VmcorekitError('usage', {
      what: `the address in ${shownName(name)}`,
      got: text,
      allowed: `${addressForm}: plain digits may be hexadecimal or decimal`,
    });
  }
  return parseSize(text, `the address in ${shownName(name)}`);
}
