import {
  type Dump,
  hex,
  type KernelMemory,
  type LocatedKernel,
  type Mmu,
  noSymbols,
  type SymbolTable,
  type Verdict,
} from '@vmcorekit/core';
import { kernelMemory } from '@vmcorekit/engine';
import { spaceOf } from '@vmcorekit/linux';
import type { AddressOperand } from '../arguments/address-operand.ts';
import { type OptionSpec, type OptionValues, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { Invocation } from '../command.ts';
import { locateKernel, unmetChoice } from './locate-by-rules.ts';
import { locateOptionsOf, locateOptionTable } from './locate-options.ts';
import { processMemory } from './process-memory.ts';
import { addressOfSymbol } from './symbol-address.ts';

/** Options that choose the page tables for a virtual address. */
export const addressSpaceOptionTable: typeof locateOptionTable & {
  readonly cpu: OptionSpec<number | undefined>;
  readonly pid: OptionSpec<number | undefined>;
} = {
  cpu: value(
    'N',
    'use the page tables of CPU N (its CR3), not those of the kernel found',
    parseCpu,
  ),
  pid: value('PID', 'use the page tables of the process PID', parsePid),
  ...locateOptionTable,
};

/** Virtual memory, and the kernel in the dump if it was searched for. */
export interface FoundSpace {
  readonly space: KernelMemory;
  /** Null if no kernel was searched for. */
  readonly verdict: Verdict | null;
  /**
   * The kernel's symbols, read at the first call; `noSymbols` if it has none, or if no kernel was
   * searched for.
   */
  symbols(): Promise<SymbolTable>;
}

/** An address, and the memory it lies in. */
export interface FoundAddress extends FoundSpace {
  readonly address: bigint;
}

type World = Pick<Invocation, 'toolkit' | 'io' | 'global' | 'configuration' | 'here'>;
type SpaceOptions = OptionValues<typeof addressSpaceOptionTable>;

/** Why there is no address. `code` is the code of the error in JSON. */
export interface NoAddress {
  readonly code: 'no-address-space' | 'no-symbols';
  readonly because: string;
}

/**
 * A virtual address in the memory of the CPU or process asked for, or of the kernel in the dump,
 * which is searched for. A symbol is always looked up in that kernel. Throws `UsageError` for an
 * unknown CPU, for a symbol that does not name exactly one address, and for an address of a process
 * where no process is named.
 */
export async function virtualAddressOf(
  world: World,
  options: SpaceOptions,
  dump: Dump,
  operand: AddressOperand,
  what: string,
): Promise<FoundAddress | NoAddress> {
  const found = await addressSpaceOf(world, options, dump, typeof operand !== 'bigint');
  if ('because' in found) {
    return found;
  }
  const address = await addressIn(found, operand, what);
  if (typeof address !== 'bigint') {
    return address;
  }
  checkProcess(options, found, address, what);
  return { ...found, address };
}

/** The kernel's tables may be those of any process: an address of a program needs its name. */
function checkProcess(
  { cpu, pid }: SpaceOptions,
  { space, verdict }: FoundSpace,
  address: bigint,
  what: string,
): void {
  const text = verdict?.kernel?.textVirtualAddress ?? null;
  if (cpu !== undefined || pid !== undefined || text === null) {
    return;
  }
  if (spaceOf({ memory: space, runs: [{ virtualAddress: text }] }, address) === 'program') {
    throw new UsageError(
      `${what}: got ${hex(address)}, an address of a process. Name the process with --pid, or with --cpu the CPU that ran it`,
    );
  }
}

/**
 * The virtual memory asked for, as `virtualAddressOf` finds it. With `needsKernel`, the kernel is
 * searched for even if a CPU's memory is asked for.
 */
export async function addressSpaceOf(
  world: World,
  options: SpaceOptions,
  dump: Dump,
  needsKernel: boolean,
): Promise<FoundSpace | NoAddress> {
  const mmu = dump.architecture?.mmu;
  if (mmu === undefined) {
    return {
      code: 'no-address-space',
      because: 'vmcorekit does not know the page tables of this architecture',
    };
  }
  if (options.cpu !== undefined && options.pid !== undefined) {
    throw new UsageError('--cpu cannot be used with --pid');
  }
  const ofCpu = options.cpu === undefined ? undefined : memoryOfCpu(dump, mmu, options.cpu);
  if (ofCpu !== undefined && 'because' in ofCpu) {
    return ofCpu;
  }
  if (ofCpu !== undefined && !needsKernel) {
    return { space: ofCpu, verdict: null, symbols: async () => noSymbols };
  }
  const search = await locateOptionsOf(world.toolkit, options);
  const verdict = await locateKernel(world, dump, search);
  const { kernel, explanation } = verdict;
  const unmet = unmetChoice(dump, search, verdict);
  if (unmet !== undefined) {
    return { code: 'no-address-space', because: unmet };
  }
  const ofKernel = kernel === null ? null : await memoryOfKernel(world, dump, verdict, kernel);
  if (ofKernel === null) {
    const because = kernel === null ? explanation : 'the page tables of the kernel are not known';
    return { code: 'no-address-space', because };
  }
  const { pid } = options;
  const ofProcess = pid === undefined ? undefined : await processMemory(world, dump, verdict, pid);
  if (ofProcess !== undefined && 'because' in ofProcess) {
    return ofProcess;
  }
  return {
    space: ofCpu ?? ofProcess ?? ofKernel,
    verdict,
    symbols: async () => (await world.toolkit.openKernel(dump, verdict))?.symbols ?? noSymbols,
  };
}

/** A kernel without tables in the dump is opened by its place, where that is known. */
async function memoryOfKernel(
  { toolkit }: World,
  dump: Dump,
  verdict: Verdict,
  { root, byteOrder }: LocatedKernel,
): Promise<KernelMemory | null> {
  return root === null
    ? ((await toolkit.openKernel(dump, verdict))?.memory ?? null)
    : kernelMemory(dump, root, byteOrder);
}

/**
 * The address that an operand names in memory already found. Throws `UsageError` as
 * `virtualAddressOf` does.
 */
export async function addressIn(
  found: FoundSpace,
  operand: AddressOperand,
  what: string,
): Promise<bigint | NoAddress> {
  if (typeof operand === 'bigint') {
    return operand;
  }
  const symbols = await found.symbols();
  if (symbols.size === 0) {
    const because = `the kernel's symbols are not known, so '${operand.symbol}' names no address; use --symbols FILE`;
    return { code: 'no-symbols', because };
  }
  return addressOfSymbol(operand, symbols, what);
}

function memoryOfCpu(dump: Dump, mmu: Mmu, number: number): KernelMemory | NoAddress {
  const cpu = dump.cpus[number];
  if (cpu === undefined) {
    throw new UsageError(
      `--cpu: got ${number}, ${dump.cpus.length === 0 ? 'the dump names no CPUs' : `the dump's CPUs are 0 to ${dump.cpus.length - 1}`}`,
    );
  }
  const root = mmu.rootOf(cpu.registers);
  return root === undefined
    ? { code: 'no-address-space', because: `the registers of CPU ${number} name no page tables` }
    : kernelMemory(dump, root);
}

function parseCpu(text: string, option: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) {
    throw new UsageError(`${option}: got '${text}', wanted the number of a CPU, like 0`);
  }
  return Number(text);
}

function parsePid(text: string, option: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) {
    throw new UsageError(`${option}: got '${text}', wanted the pid of a process, like 1`);
  }
  return Number(text);
}
