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
  const { numbers: _numbers, ...fields } = said;
  const shown = { ...fields, root: said.root?.summary ?? null };
  const facts: readonly (readonly [keyof typeof shown, boolean])[] = [
    ['imageOffset', said.imageOffset === imageOffset],
    ['physBase', said.physBase === kernel.physBase],
    ['kaslrOffset', said.kaslrOffset === kernel.kaslrOffset],
    ['textVirtualAddress', said.textVirtualAddress === BigInt(kernel.textVirtualAddress)],
    ['textPhysicalAddress', said.textPhysicalAddress === Number(kernel.textPhysicalAddress)],
    [
      'root',
      said.root?.levels === kernel.pagingLevels && mapsTheKernelsOwnRoot(said, kernel, dump),
    ],
    ['release', said.release === kernel.release],
    ['banner', said.banner === kernel.version],
    ['buildId', said.buildId === kernel.buildId],
    ['role', roles.includes(said.role)],
  ];
  return facts
    .filter(([field, isSo]) => shown[field] !== null && !isSo)
    .map(([field]) => `${field} ${String(shown[field])}`);
}

/**
 * Every process's root maps the kernel, its own root table too; the user half of page-table
 * isolation does not.
 */
function mapsTheKernelsOwnRoot({ root }: LocatedKernel, kernel: TrueKernel, dump: Dump): boolean {
  const variable = kernel.symbols.init_top_pgt;
  const found =
    variable === undefined || root === null
      ? undefined
      : tryRead(() => kernelMemory(dump, root).translate(BigInt(variable)));
  return found?.physicalAddress === Number(kernel.pageTableRoot);
}
