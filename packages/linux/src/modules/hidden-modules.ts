import type { KernelModule, ModuleState, ModuleView } from '@vmcorekit/core';
import type { Sightings } from './module-views.ts';

/**
 * A module that the kernel's list does not have. `torn`: the list is damaged, so it may lie in the
 * part that is lost. `loading`, `unloading`: the list has not got it yet, or has lost it. `hidden`:
 * nothing explains it, as where a rootkit took itself out of the list.
 */
export interface HiddenModule {
  readonly module: KernelModule;
  readonly reason: 'hidden' | 'torn' | 'loading' | 'unloading';
  /** A sentence. */
  readonly because: string;
}

/** Why the list does not have a module; undefined where it has it. */
export function whyHidden(
  state: ModuleState | null,
  seenBy: readonly ModuleView[],
  sightings: readonly Sightings[],
): Omit<HiddenModule, 'module'> | undefined {
  const list = sightings.find(({ view }) => view === 'modules');
  if (seenBy.includes('modules') || list === undefined) {
    return undefined;
  }
  const names = seenBy.map((view) => nameOf[view]);
  const shown =
    names.length < 2
      ? `${names.join('')} has`
      : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} have`;
  if (list.notes.all.length > 0) {
    return {
      reason: 'torn',
      because: `${shown} it; the list of modules is torn, so it may lie in the lost part`,
    };
  }
  if (state === 'going') {
    return { reason: 'unloading', because: `${shown} it still; it is being unloaded` };
  }
  if (state === 'coming' || state === 'unformed') {
    return { reason: 'loading', because: `${shown} it already; it is being loaded` };
  }
  return {
    reason: 'hidden',
    because: `${shown} it, and the list of modules is whole without it`,
  };
}

const nameOf: Readonly<Record<ModuleView, string>> = {
  modules: 'the list',
  kset: 'sysfs (module_kset)',
  text: 'the tree of code (mod_tree)',
  btf: 'the list of types (btf_modules)',
};
