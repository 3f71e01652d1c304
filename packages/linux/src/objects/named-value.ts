import {
  type DeclaredType,
  hex,
  isVmcorekitError,
  type KernelSymbol,
  objectAt,
  plainType,
  pointerTo,
  printable,
  type SymbolTable,
} from '@vmcorekit/core';
import { nearestName } from '@vmcorekit/core/nearest-name';
import type { VariableSource } from '../variables/variable.ts';
import { typedVariable } from '../variables/variable-type.ts';
import { variableTypes } from '../variables/variable-types.ts';
import { expressionError } from './tokens.ts';
import type { ComputedValue, Value } from './value.ts';

const maxListed = 5;
/** How `nm` marks symbols of code. */
const codeTypes = /^[tTwW]$/;
/** Digits of an address without their `0x`. */
const bareAddress = /^[\da-fA-F]{8,16}$/;

/** The variable or function that a name stands for. Throws `usage` with what to write instead. */
export function namedValue(
  kernel: VariableSource,
  name: string,
  column: number,
  needsNoCpu: boolean,
): Value {
  const symbol = onlySymbol(kernel, name, column);
  const { type, isPerCpu } = typeOfSymbol(kernel, symbol);
  if (isPerCpu && !needsNoCpu) {
    throw expressionError(
      column,
      `${name}, which each CPU has for itself`,
      `the one of a CPU: per_cpu(${name}, 0)`,
    );
  }
  return { kind: 'object', object: objectAt(kernel, type, symbol.address, name) };
}

/** A pointer to what a name stands for: to `void` where its type is not known. */
export function placeOf(kernel: VariableSource, name: string, column: number): ComputedValue {
  const wordSizeInBytes = kernel.memory.wordSizeInBits / 8;
  const symbol = onlySymbol(kernel, name, column);
  return {
    kind: 'number',
    value: symbol.address,
    type: pointerTo(
      typeIfKnown(kernel, symbol) ?? plainType(null, wordSizeInBytes),
      wordSizeInBytes,
    ),
  };
}

function typeOfSymbol(
  kernel: VariableSource,
  { name, type }: KernelSymbol,
): { readonly type: DeclaredType; readonly isPerCpu: boolean } {
  const ofFunction = codeTypes.test(type ?? '') ? kernel.types.functionType?.(name) : undefined;
  return ofFunction === undefined
    ? typedVariable(kernel, name)
    : { type: ofFunction.type, isPerCpu: false };
}

function typeIfKnown(kernel: VariableSource, symbol: KernelSymbol): DeclaredType | undefined {
  try {
    return typeOfSymbol(kernel, symbol).type;
  } catch (error) {
    if (isVmcorekitError(error, 'usage')) {
      return undefined;
    }
    throw error;
  }
}

/** The symbol of a name. Throws `usage` where there is none, or several differ in their address. */
function onlySymbol(
  { symbols, types }: Pick<VariableSource, 'symbols' | 'types'>,
  name: string,
  column: number,
): KernelSymbol {
  const first = symbols.find(name);
  if (first === undefined) {
    const near = nearestName(name, namesOf(symbols));
    const advice = bareAddress.test(name)
      ? `; an address starts with 0x: 0x${name}`
      : types.struct(name) !== undefined
        ? `, and not a type: sizeof(struct ${name}) and a cast name one`
        : near === undefined
          ? ''
          : `; did you mean ${printable(near)}?`;
    throw expressionError(column, name, `a symbol of ${symbols.from}${advice}`);
  }
  // The names of the table are unique in every kernel that was looked at.
  const others = variableTypes.has(name) ? [] : othersOf(symbols, first);
  if (others.length > 0) {
    const all = [first, ...others];
    const listed = all.slice(0, maxListed).map(({ address }) => hex(address));
    throw expressionError(
      column,
      name,
      `a name of one symbol: ${all.length} are called so, at ${listed.join(', ')}${all.length > maxListed ? ', …' : ''}`,
    );
  }
  return first;
}

function othersOf(symbols: SymbolTable, first: KernelSymbol): KernelSymbol[] {
  const others = new Map<bigint, KernelSymbol>();
  for (const symbol of symbols.findAll?.(first.name) ?? symbols) {
    if (symbol.name === first.name && symbol.address !== first.address) {
      others.set(symbol.address, symbol);
    }
  }
  return [...others.values()];
}

function* namesOf(symbols: SymbolTable): Generator<string, void, void> {
  for (const { name } of symbols) {
    yield name;
  }
}
