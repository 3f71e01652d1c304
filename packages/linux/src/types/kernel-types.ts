import type {
  BitField,
  DeclaredType,
  FunctionType,
  StructMember,
  StructType,
  TypeSource,
  TypeTable,
  ValueType,
  VariableType,
} from '@vmcorekit/core';
import type { StatedTypes } from '../vmcoreinfo/vmcoreinfo-types.ts';
import { TypesInOrder, type TypesInOrderOptions } from './types-in-order.ts';

export interface KernelTypesOptions extends TypesInOrderOptions {
  /** They come before those of the sources; the caller may add to them later. */
  readonly remarks?: readonly string[];
}

/**
 * The types of one kernel from all its sources. What VMCOREINFO states comes from it, without a
 * look at the others, because those are the kernel's own words. Everything else comes from the
 * first other source that has it; a later source is opened only for what the earlier ones lack.
 * Where a source contradicts VMCOREINFO on a structure, nothing of that structure is used from it,
 * and a remark says so. Each source that could not be opened is a remark, too.
 */
export function kernelTypes(
  stated: StatedTypes,
  others: readonly TypeSource[],
  { remarks = [], ...ofSources }: KernelTypesOptions = {},
): TypeTable {
  return new KernelTypes(stated, others, remarks, ofSources);
}

class KernelTypes implements TypeTable {
  readonly #given: readonly string[];
  readonly #remarks: string[] = [];
  readonly #stated: StatedTypes;
  readonly #others: TypesInOrder;
  readonly #structs: Map<string, StructType | undefined> = new Map();

  constructor(
    stated: StatedTypes,
    others: readonly TypeSource[],
    remarks: readonly string[],
    options: TypesInOrderOptions,
  ) {
    this.#given = remarks;
    this.#stated = stated;
    this.#others = new TypesInOrder(others, options);
  }

  /** Its own, and those of the other sources. */
  get remarks(): readonly string[] {
    return [...this.#given, ...this.#remarks, ...this.#others.remarks];
  }

  get isPartial(): boolean {
    return this.#others.isPartial;
  }

  get from(): string {
    return [this.#stated.from, ...this.#others.opened].join(' and ');
  }

  struct(name: string): StructType | undefined {
    const stated = this.#stated.struct(name);
    return stated === undefined
      ? this.#others.struct(name)
      : new MergedStruct(stated, () => this.#agreeing(name, stated));
  }

  enumeration(name: string): ReadonlyMap<string, bigint> | undefined {
    return this.#others.enumeration(name);
  }

  type(name: string): DeclaredType | undefined {
    const found = this.#others.type(name);
    const type = found?.type;
    return type?.kind === 'struct' || type?.kind === 'union'
      ? this.#agreed(found, type.struct)
      : found;
  }

  tags(): Iterable<string> {
    return this.#others.tags();
  }

  functionType(name: string): FunctionType | undefined {
    return this.#others.functionType(name);
  }

  variableType(name: string): VariableType | undefined {
    return this.#others.variableType(name);
  }

  /** A type from the richer source, where VMCOREINFO does not contradict its structure. */
  #agreed<Type>(type: Type, { name }: StructType): Type | undefined {
    const stated = name === '' ? undefined : this.#stated.struct(name);
    return stated === undefined || this.#agreeing(name, stated) !== undefined ? type : undefined;
  }

  /**
   * The structure from the richer source, where it agrees with everything that VMCOREINFO states
   * about it.
   */
  #agreeing(name: string, stated: StructType): StructType | undefined {
    if (!this.#structs.has(name)) {
      const rich = this.#others.struct(name);
      const differing = rich === undefined ? undefined : this.#differenceOf(stated, rich);
      if (differing !== undefined) {
        this.#remarks.push(differing);
      }
      this.#structs.set(name, differing === undefined ? rich : undefined);
    }
    return this.#structs.get(name);
  }

  #differenceOf(stated: StructType, rich: StructType): string | undefined {
    const { name } = stated;
    const differ = (what: string, one: number, other: number) =>
      `${stated.from} has ${what} ${one} where ${rich.from} has ${other}: of struct ${name} nothing is taken from ${rich.from}`;
    if (
      stated.sizeInBytes !== null &&
      rich.sizeInBytes !== null &&
      stated.sizeInBytes !== rich.sizeInBytes
    ) {
      return differ(`the size of ${name} as`, stated.sizeInBytes, rich.sizeInBytes);
    }
    for (const path of this.#stated.membersOf(name)) {
      const [one, other] = [stated.member(path)?.offsetInBytes, rich.member(path)?.offsetInBytes];
      if (one !== undefined && other !== undefined && one !== other) {
        return differ(`${name}.${path} at`, one, other);
      }
    }
    return undefined;
  }
}

/** A structure that VMCOREINFO names, completed by a richer source only where needed. */
class MergedStruct implements StructType {
  readonly name: string;
  readonly #stated: StructType;
  readonly #rich: () => StructType | undefined;

  constructor(stated: StructType, rich: () => StructType | undefined) {
    this.name = stated.name;
    this.#stated = stated;
    this.#rich = rich;
  }

  get from(): string {
    return this.#stated.sizeInBytes === null
      ? (this.#rich()?.from ?? this.#stated.from)
      : this.#stated.from;
  }

  get sizeInBytes(): number | null {
    return this.#stated.sizeInBytes ?? this.#rich()?.sizeInBytes ?? null;
  }

  get kind(): 'struct' | 'union' | undefined {
    return this.#rich()?.kind;
  }

  members(): readonly StructMember[] {
    return this.#rich()?.members?.() ?? [];
  }

  member(path: string): StructMember | undefined {
    const stated = this.#stated.member(path);
    return stated === undefined
      ? this.#rich()?.member(path)
      : new MergedMember(stated, () => this.#rich()?.member(path));
  }
}

class MergedMember implements StructMember {
  readonly name: string;
  readonly from: string;
  readonly offsetInBytes: number;
  readonly bits: BitField | null;
  readonly #rich: () => StructMember | undefined;

  constructor(
    { name, from, offsetInBytes, bits }: StructMember,
    rich: () => StructMember | undefined,
  ) {
    this.name = name;
    this.from = from;
    this.offsetInBytes = offsetInBytes;
    this.bits = bits;
    this.#rich = rich;
  }

  get sizeInBytes(): number | null {
    return this.#rich()?.sizeInBytes ?? null;
  }

  get type(): ValueType | null {
    return this.#rich()?.type ?? null;
  }

  get declared(): DeclaredType | undefined {
    return this.#rich()?.declared;
  }
}
