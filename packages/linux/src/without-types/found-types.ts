import type { Kernel, StructType, TypeTable } from '@vmcorekit/core';
import { findModules } from './find-modules.ts';
import { findResource } from './find-resource.ts';
import { findTasks, type ProvedTaskTypes } from './find-tasks.ts';
import { foundInMemory } from './found-struct.ts';
import { placesIn } from './places.ts';

const ofTasks: ReadonlySet<string> = new Set([
  'task_struct',
  'signal_struct',
  'thread_union',
  'thread_info',
  'inactive_task_frame',
  'pcpu_hot',
  'stack_frame',
  'pt_regs',
]);

type Source = Pick<Kernel, 'memory' | 'symbols' | 'runs' | 'types' | 'dump'>;

/** Types that were found in memory. */
export interface FoundTypes extends TypeTable {
  /** A structure with only those members that nearly all tasks, or modules, prove. */
  proved(name: string): StructType | undefined;
}

/**
 * The few structures that can be found by looking at a kernel's memory, without any types: those of
 * its tasks, modules and ranges of memory. Each is searched when first asked for, and a remark says
 * so. They are no substitute for types: few members are known, and none is listed. `declared` are
 * types that say where the members of tasks may be. Where all pass there, none is proved elsewhere,
 * and no other place is looked at.
 */
export function foundTypes(kernel: Source, declared?: TypeTable): FoundTypes {
  const proved = searched(() => tasksAsIn(declared, kernel) ?? findTasks(kernel));
  const tasks = searched(() => {
    const found = proved.search();
    return typeof found === 'object' ? found.complete() : found;
  });
  const single = {
    module: searched(() => findModules(kernel)),
    resource: searched(() => findResource(kernel)),
  };
  return {
    from: foundInMemory,
    get remarks() {
      const ofTask = tasks.found;
      return [
        ...(ofTask === undefined ? [] : remarksOn('task_struct', ofTask)),
        ...(typeof ofTask === 'object' ? ofTask.remarks : []),
        ...Object.entries(single).flatMap(([name, { found }]) =>
          found === undefined ? [] : remarksOn(name, found),
        ),
      ];
    },
    proved(name) {
      if (!ofTasks.has(name)) {
        return this.struct(name);
      }
      const found = proved.search();
      return typeof found === 'object' ? found.structs.get(name) : undefined;
    },
    struct(name) {
      if (ofTasks.has(name)) {
        const found = tasks.search();
        return typeof found === 'object' ? found.structs.get(name) : undefined;
      }
      const found = name === 'module' || name === 'resource' ? single[name].search() : undefined;
      return typeof found === 'object' ? found : undefined;
    },
    enumeration: () => undefined,
  };
}

function tasksAsIn(types: TypeTable | undefined, kernel: Source): ProvedTaskTypes | undefined {
  if (types === undefined) {
    return undefined;
  }
  const found = findTasks(kernel, placesIn(types));
  return typeof found === 'object' && found.areAsIn(types) ? found : undefined;
}

function remarksOn(struct: string, found: object | string): string[] {
  return [
    typeof found === 'string'
      ? `where struct ${struct} has its members was not found in memory: ${found}`
      : `where struct ${struct} has its members was found by looking at this dump, not read from types`,
  ];
}

/** A search that runs once. What it searches with may ask for types itself, and then has none. */
function searched<Found>(search: () => Found): {
  readonly found: Found | undefined;
  search(): Found | undefined;
} {
  let found: Found | undefined;
  let isRunning = false;
  return {
    get found() {
      return found;
    },
    search() {
      if (found === undefined && !isRunning) {
        isRunning = true;
        try {
          found = search();
        } finally {
          isRunning = false;
        }
      }
      return found;
    },
  };
}
