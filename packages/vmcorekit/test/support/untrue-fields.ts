import { type Dump, type LocatedKernel, tryRead } from '@vmcorekit/core';
import { kernelMemory } from '@vmcorekit/engine';
import type { TrueKernel } from './fixture.ts';

/**
 * What is said of a kernel and is not so; a field that is null says nothing. Held against the true
 * kernel that it fits best.
 */
export function untrueFields(
  said: LocatedKernel,
  kernels: readonly TrueKernel[],
  dump: Dump,
): readonly string[] {
  const complaints = kernels.map((kernel) => untrueOf(said, kernel, kernels.length === 1, dump));
  return complaints.reduce(
    (best, next) => (next.length < best.length ? next : best),
    complaints[0] ?? ['there is no kernel'],
  );
}

function untrueOf(
  said: LocatedKernel,
  kernel: TrueKernel,
  isAlone: boolean,
  dump: Dump,
): readonly string[] {
  // A guest that panicked with no capture kernel is the one its CPUs run.
  const roles = [kernel.role, 'unknown', ...(isAlone ? ['running'] : [])];
  const imageOffset = BigInt.asUintN(
    64,
    BigInt(kernel.textVirtualAddress) - BigInt(kernel.textPhysicalAddress),
  );
  const { numbers, ...fields } = said;
  const shown = { ...fields, root: said.root?.summary ?? null };
  const facts: readonly (readonly [keyof typeof shown, boolean])[] = [
    ['imageOffset', said.imageOffset === imageOffset],
    ['physBase', said.physBase === kernel.physBase],
    // Where kernels know no KASLR, an offset of 0 says so too.
    ['kaslrOffset', said.kaslrOffset === (kernel.kaslrOffset ?? 0)],
    ['textVirtualAddress', said.textVirtualAddress === BigInt(kernel.textVirtualAddress)],
    ['textPhysicalAddress', said.textPhysicalAddress === Number(kernel.textPhysicalAddress)],
    ['root', said.root?.levels === kernel.pagingLevels && mapsTheKernel(said, kernel, dump)],
    ['pagingLevels', said.pagingLevels === kernel.pagingLevels],
    ['release', said.release === kernel.release],
    ['banner', said.banner === kernel.version],
    ['buildId', said.buildId === kernel.buildId],
    ['role', roles.includes(said.role)],
  ];
  return [
    ...facts
      .filter(([field, isSo]) => shown[field] !== null && !isSo)
      .map(([field]) => `${field} ${String(shown[field])}`),
    ...Object.entries(numbers)
      .filter(([name, value]) => value !== BigInt(kernel.numbers?.[name] ?? -1))
      .map(([name, value]) => `${name} ${value}`),
  ];
}

/**
 * Every process's root maps the kernel, its own root table too; the user half of page-table
 * isolation does not. A window maps the text, and no table.
 */
function mapsTheKernel(
  { root, imageOffset }: LocatedKernel,
  { pageTableRoot, textPhysicalAddress }: TrueKernel,
  dump: Dump,
): boolean {
  const mapped = Number(pageTableRoot ?? textPhysicalAddress);
  const virtual = BigInt.asUintN(64, BigInt(mapped) + imageOffset);
  return (
    root !== null &&
    tryRead(() => kernelMemory(dump, root).translate(virtual))?.physicalAddress === mapped
  );
}
