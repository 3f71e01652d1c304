import { hex, type KernelSymbol } from '@vmcorekit/core';

/** What `sym` says of one symbol. */
export interface SymSymbol {
  /** The text that was asked for. */
  readonly asked: string;
  /** The address that was asked for, or the symbol's own. */
  readonly address: string;
  /** Null where no symbol holds the address. */
  readonly name: string | null;
  readonly type: string | null;
  /** From the start of the symbol, in bytes. */
  readonly offset: number | null;
  readonly size: number | null;
  readonly module: string | null;
}

export interface SymReport {
  readonly symbols: readonly SymSymbol[];
}

export function symSymbol(
  asked: string,
  { name, address, type, sizeInBytes, module }: KernelSymbol,
  at: bigint = address,
): SymSymbol {
  return {
    asked,
    address: hex(at),
    name,
    type,
    offset: Number(at - address),
    size: sizeInBytes,
    module,
  };
}

export function noSymbolAt(asked: string, address: bigint): SymSymbol {
  return {
    asked,
    address: hex(address),
    name: null,
    type: null,
    offset: null,
    size: null,
    module: null,
  };
}
