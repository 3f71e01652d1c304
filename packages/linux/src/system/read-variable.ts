import { isUnreadable, type KernelView } from '@vmcorekit/core';
import { type Fact, notProved } from './fact.ts';

/** What a reader of variables needs of a kernel. */
export type Variables = Pick<KernelView, 'memory' | 'symbols'>;

/**
 * What `read` makes of the first variable that the symbols name. Not proved where they name none of
 * them, or where memory that `read` asks for cannot be read.
 */
export function readVariable<Value>(
  { symbols }: Pick<Variables, 'symbols'>,
  names: readonly string[],
  read: (address: bigint, name: string) => Fact<Value>,
): Fact<Value> {
  const wanted = names.join(' or ');
  for (const name of names) {
    const address = symbols.find(name)?.address;
    if (address === undefined) {
      continue;
    }
    return readAt(address, name, read);
  }
  return notProved(
    symbols.size === 0
      ? `no symbols of the kernel are known, so ${wanted} cannot be found`
      : `the symbols (${symbols.from}) do not name ${wanted}`,
  );
}

/** What `read` makes of a variable; not proved where memory that it asks for is unreadable. */
export function readAt<Value>(
  address: bigint,
  name: string,
  read: (address: bigint, name: string) => Fact<Value>,
): Fact<Value> {
  try {
    return read(address, name);
  } catch (error) {
    if (error instanceof Error && isUnreadable(error)) {
      return notProved(`${name} cannot be read: ${error.message}`);
    }
    throw error;
  }
}
