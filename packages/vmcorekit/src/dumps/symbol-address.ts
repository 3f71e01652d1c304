import { hex, type KernelSymbol, type SymbolTable } from '@vmcorekit/core';
import { nearestName } from '@vmcorekit/core/nearest-name';
import type { SymbolOperand } from '../arguments/address-operand.ts';
import { UsageError } from '../arguments/usage-error.ts';

const maxListed = 10;
/**
 * Where kernel addresses begin. A symbol below is an offset into each CPU's area, or a constant.
 */
const kernelHalf = 1n << 63n;
const endOfMemory = 1n << 64n;

/**
 * The address that a symbol and an offset name. Throws `UsageError` for an unknown name, with the
 * nearest known one, and for a name of several symbols, with their addresses. Also throws it for a
 * symbol that is not an address.
 */
export function addressOfSymbol(
  { symbol: name, offset }: SymbolOperand,
  symbols: SymbolTable,
  what: string,
): bigint {
  const found = new Map<bigint, KernelSymbol>();
  for (const symbol of symbols) {
    if (symbol.name === name && !found.has(symbol.address)) {
      found.set(symbol.address, symbol);
    }
  }
  const [first] = found.values();
  if (first === undefined) {
    const near = nearestName(name, namesIn(symbols));
    const advice = near === undefined ? '' : `; did you mean '${near}'?`;
    throw new UsageError(`${what}: no symbol of ${symbols.from} is called '${name}'${advice}`);
  }
  if (found.size > 1) {
    throw new UsageError(
      `${what}: ${found.size} symbols of ${symbols.from} are called '${name}': ${listed([...found.values()])}; give the address of one`,
    );
  }
  if (first.address < kernelHalf) {
    throw new UsageError(
      `${what}: '${name}' is not an address: ${hex(first.address)} is a constant, or an offset into the area of each CPU; give an address`,
    );
  }
  const address = first.address + offset;
  if (address < 0n || address >= endOfMemory) {
    throw new UsageError(
      `${what}: '${name}' is at ${hex(first.address)}, so the offset leads outside the address space`,
    );
  }
  return address;
}

function* namesIn(symbols: SymbolTable): Generator<string, void, void> {
  for (const { name } of symbols) {
    yield name;
  }
}

function listed(symbols: readonly KernelSymbol[]): string {
  const some = symbols.slice(0, maxListed).map(({ address, type, module }) => {
    const ofModule = module === null ? '' : ` [${module}]`;
    return `${hex(address)}${type === null ? '' : ` ${type}`}${ofModule}`;
  });
  return `${some.join(', ')}${symbols.length > maxListed ? ` and ${symbols.length - maxListed} more` : ''}`;
}
