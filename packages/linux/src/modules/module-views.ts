import type { Kernel, ModuleView, VirtualAddress } from '@vmcorekit/core';
import { containerOf, offsetOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import { rbNodes } from '../containers/rb-tree.ts';
import { WalkNotes } from '../containers/walk.ts';

type Of = Pick<Kernel, 'memory' | 'types' | 'symbols'>;

/** More modules than any machine loads. */
const moduleLimit = 65_536;

/** What one view shows: the addresses of `struct module`, in its order. */
export interface Sightings {
  readonly view: ModuleView;
  readonly addresses: ReadonlySet<VirtualAddress>;
  /** Damage that the walk met; where there is any, a module may be missing. */
  readonly notes: WalkNotes;
}

/** How the modules of a view are found. Throws `unknown-name` for types this kernel lacks. */
interface View {
  readonly view: ModuleView;
  /** The variable it begins at. */
  readonly symbol: string;
  readonly find: (kernel: Of, start: VirtualAddress, notes: WalkNotes) => Iterable<VirtualAddress>;
}

/**
 * Where a kernel keeps track of its modules; the list comes first. Source: Linux,
 * kernel/module/main.c and tree_lookup.c, kernel/params.c, kernel/bpf/btf.c.
 */
export const moduleViews: readonly View[] = [
  {
    view: 'modules',
    symbol: 'modules',
    *find(kernel, head, notes) {
      for (const node of listNodes(kernel, head, notes, walk('modules'))) {
        yield containerOf(kernel, 'module', 'list', node);
      }
    },
  },
  {
    view: 'kset',
    symbol: 'module_kset',
    *find(kernel, variable, notes) {
      const head = kernel.memory.readPointer(variable) + offsetOf(kernel, 'kset', 'list');
      const moduleAt = offsetOf(kernel, 'module_kobject', 'mod');
      for (const node of listNodes(kernel, head, notes, walk('module_kset'))) {
        const kobject = containerOf(kernel, 'kobject', 'entry', node);
        const module = containerOf(kernel, 'module_kobject', 'kobj', kobject) + moduleAt;
        yield kernel.memory.readPointer(module);
      }
    },
  },
  {
    view: 'text',
    symbol: 'mod_tree',
    *find(kernel, tree, notes) {
      const roots = tree + offsetOf(kernel, 'mod_tree_root', 'root.tree');
      for (const node of rbNodes(kernel, roots, notes, walk('mod_tree'))) {
        const latched = containerOf(kernel, 'latch_tree_node', 'node', node);
        const entry = containerOf(kernel, 'mod_tree_node', 'node', latched);
        yield kernel.memory.readPointer(entry + offsetOf(kernel, 'mod_tree_node', 'mod'));
      }
    },
  },
  {
    view: 'btf',
    symbol: 'btf_modules',
    *find(kernel, head, notes) {
      const moduleAt = offsetOf(kernel, 'btf_module', 'module');
      for (const node of listNodes(kernel, head, notes, walk('btf_modules'))) {
        yield kernel.memory.readPointer(containerOf(kernel, 'btf_module', 'list', node) + moduleAt);
      }
    },
  },
];

function walk(name: string): { readonly limit: number; readonly name: string } {
  return { limit: moduleLimit, name };
}

/**
 * The modules that a view shows. A module of the kernel itself has a kobject and no `struct
 * module`; it is left out.
 */
export function lookInto(kernel: Of, { view, find }: View, start: VirtualAddress): Sightings {
  const notes = new WalkNotes();
  const addresses = new Set<VirtualAddress>();
  for (const address of find(kernel, start, notes)) {
    if (address !== 0n) {
      addresses.add(address);
    }
  }
  return { view, addresses, notes };
}
