import { type Kernel, utf8Text, type VirtualAddress } from '@vmcorekit/core';

/** NAME_MAX. Source: Linux, include/uapi/linux/limits.h. */
const maxNameInBytes = 255;

/** The name in a dentry's `d_name`; undefined for a longer one than any file has. */
export function dentryName(
  { memory }: Kernel,
  { name, length }: { readonly name: VirtualAddress; readonly length: number },
): string | undefined {
  const bytes = length <= maxNameInBytes ? memory.tryRead(name, length) : undefined;
  return bytes === undefined ? undefined : utf8Text(bytes);
}
