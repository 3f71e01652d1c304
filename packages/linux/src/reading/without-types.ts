import type { Kernel } from '@vmcorekit/core';

/** Why a structure cannot be read, and what would help. `what` is the structure or its member. */
export function withoutTypes(
  { types, located }: Pick<Kernel, 'types' | 'located'>,
  what: string,
): string {
  const known = types.from === '' ? '' : ` (${types.from})`;
  const file = located.release === null ? 'this kernel' : located.release;
  return (
    `the kernel's types${known} do not describe ${what}; ` +
    `would help: give a vmlinux or vmlinuz of ${file} with --symbols`
  );
}
