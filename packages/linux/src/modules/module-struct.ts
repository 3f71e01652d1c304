import { type Kernel, type ModuleState, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { number, optional, place, pointer, text, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { knownText } from '../reading/known-text.ts';
import { type StructReader, structReader } from '../reading/struct-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { taintLetters } from '../system/taint.ts';
import { foundInMemory } from '../without-types/found-struct.ts';
import { type MemoryOfModule, memoryReaderOf } from './module-memory.ts';

/** More users than a module has. */
const userLimit = 4096;
/** MODULE_NAME_LEN is 56 on 64-bit machines. Source: Linux, include/linux/moduleparam.h. */
const nameLimitInBytes = 64;
/** `refcnt` begins at 1 (MODULE_REF_BASE). Source: Linux, kernel/module/main.c. */
const refcountBase = 1;

/** `enum module_state`, unchanged since Linux 3.9. Source: include/linux/module.h. */
const states: readonly ModuleState[] = ['live', 'coming', 'going', 'unformed'];

const shape = {
  state: number('state'),
  name: text('name'),
  owner: optional(pointer('mkobj.mod')),
  kobjectName: optional(pointer('mkobj.kobj.name')),
  taints: optional(wide('taints')),
  refcount: optional(number('refcnt.counter')),
  users: optional(place('source_list')),
  init: optional(pointer('init')),
  exit: optional(pointer('exit')),
};

/** One `struct module`, as far as it can be read. */
export interface ModuleStruct {
  readonly name: string | null;
  readonly state: ModuleState | null;
  /** False where the number is none of a state; true where it cannot be read. */
  readonly isStateKnown: boolean;
  /** The module that its own kobject names; null where that cannot be read. */
  readonly owner: VirtualAddress | null;
  /** The name that its own kobject has; null where there is none, or it cannot be read. */
  readonly kobjectName: string | null;
  readonly uses: number | null;
  readonly taints: string | null;
  /** Null where it cannot be read; undefined where it is not known where it stands. */
  readonly memory: MemoryOfModule | null | undefined;
}

/** Reads every `struct module` of one kernel. */
export class ModuleStructs {
  readonly #kernel: Kernel;
  readonly #reader: StructReader<typeof shape>;
  readonly #memoryOf: ((module: VirtualAddress) => MemoryOfModule) | undefined;

  private constructor(
    kernel: Kernel,
    reader: StructReader<typeof shape>,
    memoryOf: ((module: VirtualAddress) => MemoryOfModule) | undefined,
  ) {
    this.#kernel = kernel;
    this.#reader = reader;
    this.#memoryOf = memoryOf;
  }

  /** A sentence where this kernel's types do not describe modules. */
  static of(kernel: Kernel): ModuleStructs | string {
    const type = kernel.types.struct('module');
    if (type?.member('state') === undefined || type.member('name') === undefined) {
      return withoutTypes(kernel, "'struct module'");
    }
    const memoryOf = memoryReaderOf(kernel);
    if (typeof memoryOf !== 'string') {
      return new ModuleStructs(kernel, structReader(kernel, 'module', shape), memoryOf);
    }
    // What was found by looking at the modules may be their names alone.
    return type.from === foundInMemory
      ? new ModuleStructs(kernel, structReader(kernel, 'module', shape), undefined)
      : withoutTypes(kernel, memoryOf);
  }

  read(address: VirtualAddress): ModuleStruct {
    const { name, state, owner, kobjectName, taints, refcount } = this.#reader.readPartly(address);
    const memoryOf = this.#memoryOf;
    return {
      name,
      state: states[state ?? -1] ?? null,
      isStateKnown: state === null || state in states,
      owner,
      kobjectName:
        kobjectName === null || kobjectName === 0n
          ? null
          : (knownText(this.#kernel.memory, kobjectName, nameLimitInBytes) ?? null),
      uses: refcount === null ? null : refcount - refcountBase,
      taints: taints === null ? null : taintLetters(taints),
      memory: memoryOf === undefined ? undefined : (tryRead(() => memoryOf(address)) ?? null),
    };
  }

  /**
   * The users of a module, as /proc/modules lists them; null where the kernel keeps none, or its
   * types do not lead to them. Damage of
   * their list goes to `notes`. Source: Linux, print_unload_info() in kernel/module/procfs.c.
   */
  usersOf(address: VirtualAddress, notes: WalkNotes): readonly string[] | null {
    const { name, users: head, init, exit } = this.#reader.readPartly(address);
    if (head === null) {
      return null;
    }
    const users: string[] = [];
    const options = { limit: userLimit, name: `the users of ${name ?? 'a module'}` };
    const { memory, types } = this.#kernel;
    const use = knownReader(this.#kernel, 'module_use', { source: pointer('source') });
    if (use === undefined || types.struct('module_use')?.member('source_list') === undefined) {
      return null;
    }
    for (const node of listNodes({ memory }, head, notes, options)) {
      const source = use.tryRead(containerOf({ types }, 'module_use', 'source_list', node))?.source;
      const user = source === undefined ? null : this.#reader.readPartly(source).name;
      users.push(user ?? '?');
    }
    return init !== null && init !== 0n && exit === 0n ? [...users, '[permanent]'] : users;
  }
}
