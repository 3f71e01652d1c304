import {
  hex,
  isVmcorekitError,
  type Kernel,
  type KernelModule,
  type ModuleView,
  type Progress,
  printable,
  resultOf,
  tryRead,
  type VirtualAddress,
  VmcorekitError,
} from '@vmcorekit/core';
import { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { type HiddenModule, whyHidden } from './hidden-modules.ts';
import { buildIdOf } from './module-sections.ts';
import { ModuleStructs } from './module-struct.ts';
import { lookInto, moduleViews, type Sightings } from './module-views.ts';

/** Modules read between two reports of progress. */
const modulesPerStep = 64;
/** A module of real kernels has a few megabytes. */
const largestModuleInBytes = 1024 * 1024 * 1024;

/** The modules of one kernel, as all its views show them. */
export interface FoundModules {
  /** In the order of the list; then those that it does not have. */
  readonly modules: readonly KernelModule[];
  /** Those that the list does not have; all are in `modules` too. */
  readonly hidden: readonly HiddenModule[];
  /** The views that this kernel has. */
  readonly views: readonly ModuleView[];
  /** Damage, and views that cannot be used, a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * The modules of a kernel, read once. Throws `unsupported` where its symbols or types do not lead
 * to them.
 */
export const modulesOf: (kernel: Kernel) => FoundModules = perKernel((kernel: Kernel) => {
  const found = resultOf(readModules(kernel));
  if (typeof found === 'string') {
    throw new VmcorekitError('unsupported', { what: 'the modules', advice: found });
  }
  return found;
});

/** The same; none where the kernel's symbols or types do not lead to them. */
export function modulesOrNone(kernel: Kernel): readonly KernelModule[] {
  try {
    return modulesOf(kernel).modules;
  } catch (error) {
    if (isVmcorekitError(error, 'unsupported')) {
      return [];
    }
    throw error;
  }
}

/**
 * Reads the modules that the kernel's list has, and those that only its other views have. A
 * sentence where its symbols or types do not lead to them.
 */
export function* readModules(kernel: Kernel): Generator<Progress, FoundModules | string, void> {
  const structs = ModuleStructs.of(kernel);
  if (typeof structs === 'string') {
    return structs;
  }
  const remarks: string[] = [];
  const sightings: Sightings[] = [];
  for (const view of moduleViews) {
    const isNamed = kernel.symbols.find(view.symbol) !== undefined;
    const seen = sightingsOf(kernel, view);
    if (typeof seen !== 'string') {
      sightings.push(seen);
      remarks.push(...seen.notes.remarks());
    } else if (view.view === 'modules') {
      return seen;
    } else if (isNamed) {
      remarks.push(`${view.view} is not compared: ${seen}`);
    }
    yield { kind: 'progress', doing: 'finding modules', fraction: null };
  }
  const addresses = new Set(sightings.flatMap((seen) => [...seen.addresses]));
  const notes = new WalkNotes();
  const modules: KernelModule[] = [];
  const hidden: HiddenModule[] = [];
  for (const address of addresses) {
    const module = moduleAt(kernel, structs, address, sightings, notes);
    if (typeof module === 'string') {
      remarks.push(module);
    } else {
      modules.push(module);
      const because = whyHidden(module.state, module.seenBy, sightings);
      if (because !== undefined) {
        hidden.push({ module, ...because });
      }
    }
    if (modules.length % modulesPerStep === 0) {
      const fraction = modules.length / addresses.size;
      yield { kind: 'progress', doing: 'reading modules', fraction };
    }
  }
  const views = sightings.map(({ view }) => view);
  return { modules, hidden, views, remarks: [...remarks, ...notes.remarks()] };
}

/** A sentence where the view cannot be used in this kernel. */
function sightingsOf(kernel: Kernel, view: (typeof moduleViews)[number]): Sightings | string {
  const { symbols } = kernel;
  const start = symbols.find(view.symbol)?.address;
  if (start === undefined) {
    return symbols.size === 0
      ? `no symbols of the kernel are known, so ${view.symbol} cannot be found`
      : `the symbols (${symbols.from}) do not name ${view.symbol}`;
  }
  try {
    return (
      tryRead(() => lookInto(kernel, view, start)) ?? `${view.symbol} leads to unreadable memory`
    );
  } catch (error) {
    if (isVmcorekitError(error, 'unknown-name')) {
      return error.message;
    }
    throw error;
  }
}

/** A sentence where no module lies there. */
function moduleAt(
  kernel: Kernel,
  structs: ModuleStructs,
  address: VirtualAddress,
  sightings: readonly Sightings[],
  notes: WalkNotes,
): KernelModule | string {
  const { name, state, isStateKnown, owner, kobjectName, uses, taints, memory } =
    structs.read(address);
  const seenBy = sightings
    .filter(({ addresses }) => addresses.has(address))
    .map(({ view }) => view);
  const isPlausible = memory != null && memory.sizeInBytes <= largestModuleInBytes;
  const doubts = [
    ...(name === null ? ['its name cannot be read'] : []),
    ...(name !== null && !/^[!-~]+$/.test(name) ? ['its name has characters that none has'] : []),
    ...(isStateKnown ? [] : ['its state is a number that none has']),
    ...(memory === null ? ['where its memory lies cannot be read'] : []),
    ...(memory != null && !isPlausible ? ['its size is larger than any'] : []),
    ...(state === 'live' && owner !== null && owner !== address
      ? [`its own kobject names another module, at ${hex(owner)}`]
      : []),
    ...(state === 'live' && name !== null && (kobjectName ?? name) !== name
      ? [`its own kobject calls it ${printable(kobjectName ?? '')}`]
      : []),
    ...(memory?.doubts ?? []),
  ];
  const isListed = seenBy.includes('modules');
  if (!isListed && doubts.length > 0) {
    return `${seenBy.join(', ')}: at ${hex(address)} lies no module: ${doubts.join('; ')}`;
  }
  const because = whyHidden(state, seenBy, sightings);
  const missing = sightings.find(
    ({ view, addresses }) => view === 'kset' && isListed && !addresses.has(address),
  );
  let buildId: string | null | undefined;
  return {
    address,
    name: name ?? '',
    base: memory?.base ?? null,
    sizeInBytes: memory?.sizeInBytes ?? null,
    state,
    uses,
    usedBy: structs.usersOf(address, notes),
    taints,
    memory: memory != null && isPlausible ? memory.memory : [],
    get buildId() {
      if (buildId === undefined) {
        buildId = buildIdOf(kernel, address) ?? null;
      }
      return buildId;
    },
    seenBy,
    doubts: [
      ...doubts,
      ...(because === undefined ? [] : [because.because]),
      ...(missing !== undefined && state === 'live' ? ['module_kset does not have it'] : []),
    ],
  };
}
