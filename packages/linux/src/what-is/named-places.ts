import { hex, type Kernel, type KernelSymbol } from '@vmcorekit/core';
import { perCpuOf } from '../containers/index.ts';
import { modulesOrNone } from '../modules/kernel-modules.ts';
import type { AddressAnswer } from './answer.ts';

/** The symbol that holds an address. */
export function symbolAnswer(kernel: Kernel, address: bigint): AddressAnswer | undefined {
  const symbol = kernel.symbols.at(address);
  return symbol === undefined
    ? undefined
    : {
        kind: 'symbol',
        text: nameIn(symbol, address),
        how: `the symbols (${kernel.symbols.from}) hold it`,
        facts: {
          symbol: symbol.name,
          offset: Number(address - symbol.address),
          type: symbol.type,
          module: symbol.module,
        },
      };
}

/** The memory of a module that holds an address. */
export function moduleAnswer(kernel: Kernel, address: bigint): AddressAnswer | undefined {
  for (const { name, memory, address: at, seenBy } of modulesOrNone(kernel)) {
    for (const { kind, base, sizeInBytes } of memory) {
      if (address >= base && address < base + BigInt(sizeInBytes)) {
        return {
          kind: 'module',
          text: `${hex(address - base)} into ${kind} of the module ${name}`,
          how: `the module is seen by ${seenBy.join(', ')}`,
          facts: {
            module: name,
            moduleAddress: hex(at),
            memory: kind,
            base: hex(base),
            size: sizeInBytes,
          },
        };
      }
    }
  }
  return undefined;
}

/** The per-CPU variable of which a CPU has its copy at an address. */
export function perCpuAnswer(kernel: Kernel, address: bigint): AddressAnswer | undefined {
  const { symbols } = kernel;
  for (const [cpu, offset] of perCpuOf(kernel).offsets.value ?? []) {
    const place = BigInt.asUintN(64, address - offset);
    if (isPerCpuPlace(kernel, place)) {
      const symbol = symbols.at(place) ?? lowSymbolAt(kernel, place);
      return {
        kind: 'per-CPU',
        text: `CPU ${cpu}'s ${symbol === undefined ? `per-CPU offset ${hex(place)}` : nameIn(symbol, place)}`,
        how: `__per_cpu_offset[${cpu}] is ${hex(offset)}`,
        facts: {
          cpu,
          symbol: symbol?.name ?? null,
          offset: symbol === undefined ? null : Number(place - symbol.address),
        },
      };
    }
  }
  return undefined;
}

/**
 * The per-CPU variable whose own address this is. No CPU has a copy there: each adds its offset.
 * Up to Linux 6.14 these addresses of x86-64 are small numbers, which mean other things as well.
 */
export function perCpuPlaceAnswer(kernel: Kernel, address: bigint): AddressAnswer | undefined {
  if (!isPerCpuPlace(kernel, address)) {
    return undefined;
  }
  const symbol = kernel.symbols.at(address) ?? lowSymbolAt(kernel, address);
  const [first] = perCpuOf(kernel).offsets.value ?? [];
  const copy = first && BigInt.asUintN(kernel.memory.wordSizeInBits, address + first[1]);
  const name = symbol === undefined ? 'a per-CPU variable' : nameIn(symbol, address);
  return {
    kind: 'per-CPU',
    text:
      `${name}, of which each CPU has a copy elsewhere` +
      (copy === undefined ? '' : `; CPU ${first?.[0]}'s is at ${hex(copy)}`),
    how: 'the address lies between __per_cpu_start and __per_cpu_end',
    facts: {
      cpu: null,
      symbol: symbol?.name ?? null,
      offset: symbol === undefined ? null : Number(address - symbol.address),
    },
  };
}

function isPerCpuPlace({ symbols }: Kernel, address: bigint): boolean {
  const [start, end] = ['__per_cpu_start', '__per_cpu_end'].map(
    (name) => symbols.find(name)?.address,
  );
  return start !== undefined && end !== undefined && address >= start && address < end;
}

/** Per-CPU symbols of x86-64 are small numbers up to Linux 6.14, before all others. */
function lowSymbolAt({ symbols }: Kernel, place: bigint): KernelSymbol | undefined {
  let found: KernelSymbol | undefined;
  for (const symbol of symbols) {
    if (symbol.address > place) {
      break;
    }
    // Of several at one address, the first is the variable; markers of sections come after it.
    if (symbol.address !== found?.address || found.name.startsWith('__per_cpu')) {
      found = symbol;
    }
  }
  return found;
}

function nameIn({ name, address: start, module }: KernelSymbol, address: bigint): string {
  const distance = address - start;
  const offset = distance === 0n ? '' : `+${hex(distance)}`;
  return `${name}${offset}${module === null ? '' : ` [${module}]`}`;
}
