import { hex, type KernelSymbol, printable } from '@vmcorekit/core';

/**
 * A place in a symbol as kernels print it, with the size where it is given:
 * `name+0x10/0x80 [module]`.
 */
export function symbolText(
  { name, module }: Pick<KernelSymbol, 'name' | 'module'>,
  offsetInBytes: number | bigint,
  sizeInBytes: number | null = null,
): string {
  const size = sizeInBytes === null ? '' : `/${hex(sizeInBytes)}`;
  return printable(`${name}+${hex(offsetInBytes)}${size}${module === null ? '' : ` [${module}]`}`);
}
