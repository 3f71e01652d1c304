import { latin1Bytes } from '@vmcorekit/core';

const stringSizeInBytes = 65;

export interface UtsnameFields {
  /** What `uname -m` prints. */
  readonly machine: string;
  /** Default `6.9.1-test`. */
  readonly release?: string;
  /** Default `Linux`. */
  readonly sysname?: string;
}

/** A `struct new_utsname`. Source: Linux, include/uapi/linux/utsname.h. */
export function buildUtsname({
  machine,
  release = '6.9.1-test',
  sysname = 'Linux',
}: UtsnameFields): Uint8Array {
  const strings = [sysname, 'guest', release, '#1 SMP Test', machine, '(none)'];
  const bytes = new Uint8Array(strings.length * stringSizeInBytes);
  for (const [index, text] of strings.entries()) {
    bytes.set(latin1Bytes(text), index * stringSizeInBytes);
  }
  return bytes;
}
