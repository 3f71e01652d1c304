import type { PlacedSymbol } from './symbol-table.ts';

/** The symbols of a kind by name; a name that several have is left out, as no type says whose. */
export function onlyOfName(
  symbols: readonly PlacedSymbol[],
  isWanted: (symbol: PlacedSymbol) => boolean,
): ReadonlyMap<string, PlacedSymbol> {
  const found = new Map<string, PlacedSymbol>();
  const repeated = new Set<string>();
  for (const symbol of symbols) {
    if (isWanted(symbol)) {
      if (found.has(symbol.name)) {
        repeated.add(symbol.name);
      }
      found.set(symbol.name, symbol);
    }
  }
  for (const name of repeated) {
    found.delete(name);
  }
  return found;
}
