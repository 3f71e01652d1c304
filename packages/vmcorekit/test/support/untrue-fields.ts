import { type Dump, type LocatedKernel, tryRead } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import type { TrueKernel } from './fixture.ts';

/** What is said of a kernel and is not so; a field that is null says nothing. Held against the true kernel that it fits best. */
export function untrueFields(
  said: LocatedKernel,
  kernels: readonly TrueKernel[],
  seen: { readonly toolkit: Toolkit; readonly dump: Dump },
): readonly string[] {
  const complaints = kernels.map((kernel) => untrueOf(said, kernel, kernels.length === 1, seen));
  return complaints.reduce((best, next) => (next.length < best.length ? next : best), complaints[0] ?? ['there is no kernel']);
}

function untrueOf(
  said: LocatedKernel,
  kernel: TrueKernel,
  isAlone: boolean,
  { toolkit, dump }: { readonly toolkit: Toolkit; readonly dump: Dump },
): readonly string[] {
  // A guest that panicked with no capture kernel is the one its CPUs run.
  const roles = [kernel.role, 'unknown', ...(isAlone ? ['running'] : [])];
  const facts: readonly (readonly [keyof LocatedKernel, boolean])[] = [
    ['physBase', said.physBase === kernel.physBase],
    ['kaslrOffset', said.kaslrOffset === kernel.kaslrOffset],
    ['textVirtualAddress', said.textVirtualAddress === BigInt(kernel.textVirtualAddress)],
    ['textPhysicalAddress', said.textPhysicalAddress === Number(kernel.textPhysicalAddress)],
    ['pageTableRoot', mapsTheKernelsOwnRoot(said, kernel, toolkit, dump)],
    ['pagingLevels', said.pagingLevels === kernel.pagingLevels],
    ['release', said.release === kernel.release],
    ['banner', said.banner === kernel.version],
    ['buildId', said.buildId === kernel.buildId],
    ['role', roles.includes(said.role)],
  ];
  return facts.filter(([field, isSo]) => said[field] !== null && !isSo).map(([field]) => `${field} ${String(said[field])}`);
}

/** Every process's root maps the kernel, its own root table too; the user half of page-table isolation does not. */
function mapsTheKernelsOwnRoot(said: LocatedKernel, kernel: TrueKernel, toolkit: Toolkit, dump: Dump): boolean {
  const variable = kernel.symbols.init_top_pgt;
  const space = toolkit.addressSpaceOf(dump, said);
  const found = variable === undefined || space === null ? undefined : tryRead(() => space.translate(BigInt(variable)));
  return found?.physicalAddress === Number(kernel.pageTableRoot);
}
