import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { readFilled } from '../zero-page.ts';
import { hardwareText, ipv6Text } from './address-text.ts';

const ipv6SizeInBytes = 16;
/** Source: Linux, include/linux/netdevice.h (MAX_ADDR_LEN). */
const maxHardwareAddress = 32;

/** The IPv6 address in memory; undefined where it cannot be read. */
export function ipv6At({ memory }: Kernel, at: VirtualAddress): string | undefined {
  const bytes = tryRead(() => readFilled(memory, at, ipv6SizeInBytes));
  return bytes === undefined ? undefined : ipv6Text(bytes);
}

/** The hardware address in memory; null for none, and where it cannot be read. */
export function hardwareAt({ memory }: Kernel, at: VirtualAddress, length: number): string | null {
  if (at === 0n || length === 0 || length > maxHardwareAddress) {
    return null;
  }
  const bytes = tryRead(() => readFilled(memory, at, length));
  return bytes === undefined ? null : hardwareText(bytes);
}
