import { hexText, type Kernel } from '@vmcorekit/core';
import type { OrcLayout, OrcNumbering } from './orc-entry.ts';

const hashSizeInBytes = 20;

/**
 * What `orc_header` holds since Linux 6.4: the SHA-1 of the definitions that the table was built
 * with. Backports have none, or another one. So it is a witness, and never decides. Source: Linux,
 * scripts/orc_hash.sh, commit b9f174c811e3; read in kernels of 6.12 and 7.3.
 */
const numberings: ReadonlyMap<string, OrcNumbering> = new Map([
  ['fe5d32bf581bd63b2ca9a5c65ba5a625eab3fe24', 'ax-last'],
  ['137c36ad7627c4dd55932176bb0ecdbd5041fc82', 'ax-first'],
]);

/** A sentence where the kernel's own header contradicts the layout; null where it does not. */
export function headerDoubt(
  { memory, symbols }: Pick<Kernel, 'memory' | 'symbols'>,
  { entry, numbering }: OrcLayout,
): string | null {
  const address = symbols.find('orc_header')?.address;
  const bytes = address === undefined ? undefined : memory.tryRead(address, hashSizeInBytes);
  const stated = bytes === undefined ? undefined : numberings.get(hexText(bytes));
  return stated === undefined || (stated === numbering && entry === 'signal')
    ? null
    : 'orc_header is that of another layout than the ORC table shows; the table was believed';
}
