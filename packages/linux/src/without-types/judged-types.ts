import type {
  DeclaredType,
  FunctionType,
  StructMember,
  StructType,
  TypeTable,
  VariableType,
} from '@vmcorekit/core';
import { foundInMemory } from './found-struct.ts';
import type { FoundTypes } from './found-types.ts';

/** Each machine has one of them, so types may lack the others by right. */
const machinePaths: readonly string[] = ['thread.sp', 'thread.ksp', 'thread.cpu_context.sp'];
/**
 * What the tasks and modules of a dump prove well enough to contradict types. Each is found only
 * where nearly all of them agree on it and on no other place. Other members that are found, like
 * flags and states, rest on values that few tasks may have.
 */
const provedMembers: Readonly<Record<string, readonly string[]>> = {
  task_struct: [
    ...['tasks', 'comm', 'stack', 'signal', 'thread_node', 'pid', 'tgid', 'group_leader'],
    ...['real_parent', 'children', 'sibling', ...machinePaths],
  ],
  signal_struct: ['thread_head'],
  module: ['list', 'name'],
};
/** A contradiction in one is one in the other: each leads to the members of the other. */
const together: readonly string[] = ['task_struct', 'signal_struct'];

/**
 * The types of a kernel, where its memory bears them out. Types come out of the dump as well, and
 * can be forged: a member at another place shows other tasks. Where the tasks or modules contradict
 * them, what was found in memory takes their place, and remarks say so. What cannot be found says
 * nothing. Costs some 50 pages where `ps`, `bt` and `mod` run too.
 */
export function judgedTypes(types: TypeTable, found: FoundTypes): TypeTable {
  return new JudgedTypes(types, found);
}

class JudgedTypes implements TypeTable {
  readonly #types: TypeTable;
  readonly #found: FoundTypes;
  /** By structure, what contradicts it; while one is judged, nothing does. */
  readonly #contradictions: Map<string, readonly string[]> = new Map();

  constructor(types: TypeTable, found: FoundTypes) {
    this.#types = types;
    this.#found = found;
  }

  get from(): string {
    return this.#types.from;
  }

  get remarks(): readonly string[] {
    const contradictions = [...this.#contradictions.values()].flat();
    return [
      ...this.#types.remarks,
      ...contradictions,
      ...(contradictions.length === 0 ? [] : this.#found.remarks),
    ];
  }

  get isPartial(): boolean {
    return this.#types.isPartial === true;
  }

  struct(name: string): StructType | undefined {
    const declared = this.#types.struct(name);
    return this.#isContradicted(name, declared) ? this.#found.struct(name) : declared;
  }

  enumeration(name: string): ReadonlyMap<string, bigint> | undefined {
    return this.#types.enumeration(name);
  }

  hasSeveral(name: string): boolean {
    return this.#types.hasSeveral?.(name) === true;
  }

  type(name: string): DeclaredType | undefined {
    const type = this.#types.type?.(name);
    return type?.type?.kind === 'struct' &&
      this.#isContradicted(type.type.struct.name, type.type.struct)
      ? undefined
      : type;
  }

  tags(): Iterable<string> {
    return this.#types.tags?.() ?? [];
  }

  functionType(name: string): FunctionType | undefined {
    return this.#types.functionType?.(name);
  }

  variableType(name: string): VariableType | undefined {
    return this.#types.variableType?.(name);
  }

  #isContradicted(name: string, declared: StructType | undefined): boolean {
    if (declared === undefined || declared.from === foundInMemory || !(name in provedMembers)) {
      return false;
    }
    const names = together.includes(name) ? together : [name];
    return names.some((each) => {
      if (!this.#contradictions.has(each)) {
        this.#contradictions.set(each, []);
        this.#contradictions.set(each, this.#judge(each));
      }
      return (this.#contradictions.get(each) ?? []).length > 0;
    });
  }

  #judge(name: string): string[] {
    const declared = this.#types.struct(name);
    const found = declared === undefined ? undefined : this.#found.proved(name);
    // Where no module is loaded, none says where its members are.
    if (found === undefined || found.member('list')?.offsetInBytes === 0) {
      return [];
    }
    return (provedMembers[name] ?? []).flatMap((path) => {
      const own = found.member(path)?.offsetInBytes;
      const its = declared?.member(path);
      // A guest may choose names of which only the end looks like one.
      const isLost =
        its === undefined && !machinePaths.includes(path) && this.#types.isPartial === true;
      if (own === undefined || (its === undefined ? !isLost : isWithin(its, own))) {
        return [];
      }
      const from = its?.from ?? this.#types.from;
      return [
        `this dump has ${name}.${path} at ${own}, by its memory, where ${from} has it at ` +
          `${its?.offsetInBytes ?? 'no possible place'}: of struct ${name} nothing is taken from ${from}`,
      ];
    });
  }
}

function isWithin({ offsetInBytes, sizeInBytes, type }: StructMember, place: number): boolean {
  const length = type?.kind === 'array' ? (sizeInBytes ?? 0) : 0;
  return place === offsetInBytes || (place > offsetInBytes && place < offsetInBytes + length);
}
