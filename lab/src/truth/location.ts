import { hex } from '@vmcorekit/core';
import type { KernelConfiguration } from '../packages/kernel.ts';
import type { CpuState } from '../qemu/registers.ts';
import type { KernelLocation, KernelTruth, MemoryRange } from './truth.ts';

/** The guest's statements about its kernel's place. */
export interface LocationStatements {
  readonly symbols: Readonly<Record<string, string>>;
  readonly vmcoreinfo: Readonly<Record<string, string>>;
  readonly memoryMap: readonly MemoryRange[];
  /** The lines of /proc/cpuinfo that name the MMU, where this machine has any. */
  readonly mmu: string;
  readonly configuration: KernelConfiguration;
  /** As QEMU saw them when the guest stopped. */
  readonly cpus: readonly CpuState[];
}

/** What a kernel's location follows from. */
export interface LocationFacts {
  /** Virtual address of `_text`. */
  readonly text: bigint;
  /** Virtual minus physical address, of the text and of the kernel's own page tables. */
  readonly imageOffset: bigint;
  readonly physBase?: bigint;
  readonly kaslrOffset: bigint | null;
  /** Virtual address of the kernel's own top-level table. */
  readonly root: bigint | null;
  readonly pagingLevels: number | null;
}

export function locationOf(facts: LocationFacts): KernelLocation {
  const { text, imageOffset, physBase, kaslrOffset, root, pagingLevels } = facts;
  return {
    imageOffset: hexOffset(imageOffset),
    physBase: physBase === undefined ? null : Number(physBase),
    kaslrOffset: kaslrOffset === null ? null : Number(kaslrOffset),
    textVirtualAddress: hex(text),
    textPhysicalAddress: hex(text - imageOffset),
    pageTableRoot: root === null ? null : hex(root - imageOffset),
    pagingLevels,
  };
}

/** @throws {Error} when the guest printed no address of the symbol. */
export function symbol(statements: LocationStatements, name: string): bigint {
  const address = knownSymbol(statements, name);
  if (address === undefined) {
    throw new Error(`the guest printed no address of ${name}`);
  }
  return address;
}

/** @returns undefined where kallsyms lacks it, as it lacks `_text` without data symbols. */
export function knownSymbol({ symbols }: LocationStatements, name: string): bigint | undefined {
  const address = symbols[name];
  return address === undefined ? undefined : BigInt(address);
}

/**
 * A number of VMCOREINFO, decimal or with 0x. @returns undefined where the note has none of this
 * name.
 */
export function noteNumber({ vmcoreinfo }: LocationStatements, name: string): bigint | undefined {
  const text = vmcoreinfo[`NUMBER(${name})`];
  return text === undefined ? undefined : BigInt(text);
}

/** A value that VMCOREINFO has in hexadecimal without 0x: addresses and KERNELOFFSET. */
export function noteHex({ vmcoreinfo }: LocationStatements, key: string): bigint | undefined {
  const digits = vmcoreinfo[key];
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}

/** A number of the kernel's configuration. @throws {Error} when this option is not set. */
export function configured({ configuration }: LocationStatements, option: string): bigint {
  const value = configuration.get(option);
  if (value === undefined) {
    throw new Error(`the kernel's configuration has no ${option}`);
  }
  return BigInt(value);
}

/** @throws {Error} when VMCOREINFO has no KERNELOFFSET. */
export function statedKaslrOffset(statements: LocationStatements): bigint {
  const offset = noteHex(statements, 'KERNELOFFSET');
  if (offset === undefined) {
    throw new Error("the guest's VMCOREINFO has no KERNELOFFSET");
  }
  return offset;
}

/**
 * The virtual address of the kernel's own top-level table. x86-64 calls it init_top_pgt; kallsyms
 * without data symbols lacks it.
 */
export function kernelRoot(statements: LocationStatements): bigint | null {
  const { init_top_pgt } = statements.symbols;
  return init_top_pgt === undefined
    ? (noteHex(statements, 'SYMBOL(swapper_pg_dir)') ?? null)
    : BigInt(init_top_pgt);
}

/** @throws {Error} when two statements on the same thing differ. */
export function demandEqual(what: string, derived: bigint, stated: bigint): void {
  if (derived !== stated) {
    throw new Error(
      `the guest contradicts itself on ${what}: addresses give ${hex(derived)}, VMCOREINFO ${hex(stated)}`,
    );
  }
}

/** An offset between a virtual and a physical address, modulo 2^64. */
function hexOffset(value: bigint): string {
  return hex(BigInt.asUintN(64, value));
}

/** A kernel's image offset from the two addresses of its text. */
export function imageOffsetOf({
  textVirtualAddress,
  textPhysicalAddress,
}: Pick<KernelTruth, 'textVirtualAddress' | 'textPhysicalAddress'>): string {
  return hexOffset(BigInt(textVirtualAddress) - BigInt(textPhysicalAddress));
}
