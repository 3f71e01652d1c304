import type { KernelSymbol, SymbolTable } from '@vmcorekit/core';

export interface SymbolListFields
  extends Partial<Pick<SymbolTable, 'from' | 'addresses' | 'banner' | 'buildId'>> {}

/**
 * Symbols of a kernel without modules, from a test's names and addresses. Each ends where the next
 * address begins; the last holds only its own address.
 */
export function symbolList(
  addresses: Readonly<Record<string, bigint>>,
  fields: SymbolListFields = {},
): SymbolTable {
  const ascending = Object.entries(addresses).sort(([, one], [, other]) =>
    one < other ? -1 : one > other ? 1 : 0,
  );
  const symbols = ascending.map(([name, address]): KernelSymbol => {
    const next = ascending.find(([, other]) => other > address)?.[1];
    return {
      name,
      address,
      type: 'T',
      sizeInBytes: next === undefined ? null : Number(next - address),
      module: null,
    };
  });
  return {
    from: 'the test',
    addresses: 'runtime',
    ...fields,
    size: symbols.length,
    find: (name, module) =>
      module === undefined ? symbols.find((symbol) => symbol.name === name) : undefined,
    at: (address, lookUp = 'exact') => {
      const inside = lookUp === 'return' ? address - 1n : address;
      return symbols.find(
        (symbol) =>
          inside >= symbol.address && inside < symbol.address + BigInt(symbol.sizeInBytes ?? 1),
      );
    },
    [Symbol.iterator]: () => symbols[Symbol.iterator](),
  };
}
