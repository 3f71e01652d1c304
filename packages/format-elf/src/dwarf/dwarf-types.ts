import {
  plainType,
  type StructType,
  type TypeTable,
  type ValueType,
  type VariableType,
} from '@vmcorekit/core';
import { attribute, tag } from './constants.ts';
import { type DebugInfo, type Entry, referenceOf } from './debug-info.ts';
import { DwarfStruct } from './dwarf-struct.ts';
import { type DwarfFile, typeOf, valueTypeOf } from './dwarf-values.ts';
import { sameType } from './same-type.ts';
import { type IndexedEntry, TypeIndex } from './type-index.ts';

/** Types of one name that are compared with each other; a name with more is unknown. */
const maxOfOneName = 64;
const maxEnumerators = 65_536;
/** Structures kept: reading a dump needs some hundred. */
const keptStructs = 10_000;
const structs: ReadonlySet<number> = new Set([tag.structure_type, tag.class_type, tag.union_type]);
const enumerations: ReadonlySet<number> = new Set([tag.enumeration_type]);

/**
 * The types of a kernel by its DWARF. An index of all names is made when the first is asked for; a
 * type is read when asked for. Source: DWARF Debugging Information Format Version 5.
 */
export class DwarfTypes implements TypeTable, DwarfFile {
  readonly from: string;
  readonly remarks: readonly string[] = [];
  readonly info: DebugInfo;
  readonly wordSizeInBits: 32 | 64;
  readonly #index: TypeIndex;
  readonly #structs: Map<number, DwarfStruct> = new Map();

  constructor(info: DebugInfo, from: string, wordSizeInBits: 32 | 64) {
    this.info = info;
    this.from = from;
    this.wordSizeInBits = wordSizeInBits;
    this.#index = new TypeIndex(info);
  }

  struct(name: string): StructType | undefined {
    return this.defined(name);
  }

  defined(name: string): DwarfStruct | undefined {
    const [first, ...others] = this.#find(name, structs).map((entry) => this.structOf(entry));
    return others.every((other) => first?.isLike(other) === true) ? first : undefined;
  }

  enumeration(name: string): ReadonlyMap<string, bigint> | undefined {
    const [first, ...others] = this.#find(name, enumerations).map((entry) => this.#valuesOf(entry));
    return others.every((other) => areEqual(first, other)) ? first : undefined;
  }

  hasSeveral(name: string): boolean {
    return (
      this.#definitions(name).some(
        (entry) => structs.has(entry.tag) || enumerations.has(entry.tag),
      ) &&
      this.defined(name) === undefined &&
      this.enumeration(name) === undefined
    );
  }

  /** What defines a variable counts; a declaration only where nothing does. */
  variableType(name: string): VariableType | undefined {
    const variables = this.#index.find(name).filter((entry) => entry.tag === tag.variable);
    const definitions = variables.filter(({ isDeclaration }) => !isDeclaration);
    const wanted = definitions.length > 0 ? definitions : variables;
    if (wanted.length > maxOfOneName) {
      return undefined;
    }
    const [first, ...others] = wanted.map((entry) => this.#typeOfVariable(entry));
    return first != null && others.every((other) => other !== null && sameType(first, other))
      ? {
          name,
          from: this.from,
          type: plainType(first, this.wordSizeInBits / 8),
          section: null,
          offsetInSection: null,
        }
      : undefined;
  }

  structOf(entry: Entry): DwarfStruct {
    let struct = this.#structs.get(entry.offset);
    if (struct === undefined) {
      if (this.#structs.size >= keptStructs) {
        this.#structs.clear();
      }
      struct = new DwarfStruct(this, entry);
      this.#structs.set(entry.offset, struct);
    }
    return struct;
  }

  /** A definition may leave its type to the declaration that it completes. */
  #typeOfVariable({ offset }: IndexedEntry): ValueType | null {
    const entry = this.info.entry(offset);
    const declared = referenceOf(entry?.attributes.get(attribute.specification));
    const typed =
      entry?.attributes.has(attribute.type) !== true && declared !== undefined
        ? this.info.entry(declared)
        : entry;
    return typed === undefined ? null : valueTypeOf(this, typed);
  }

  #definitions(name: string): IndexedEntry[] {
    return name === '' ? [] : this.#index.find(name).filter((entry) => !entry.isDeclaration);
  }

  /** Types of some kinds by their tag; where no tag has that name, by a typedef. */
  #find(name: string, tags: ReadonlySet<number>): Entry[] {
    const all = this.#definitions(name);
    const tagged = all.filter((entry) => tags.has(entry.tag));
    const typedefs = all.filter((entry) => entry.tag === tag.typedef);
    const wanted = tagged.length > 0 ? tagged : typedefs;
    if (wanted.length > maxOfOneName) {
      return [];
    }
    const entries = wanted.flatMap(({ offset }) => this.info.entry(offset) ?? []);
    return tagged.length > 0
      ? entries
      : entries
          .flatMap((entry) => typeOf(this.info, entry) ?? [])
          .filter((entry) => tags.has(entry.tag) && !entry.attributes.has(attribute.declaration));
  }

  #valuesOf(entry: Entry): ReadonlyMap<string, bigint> | undefined {
    const values = new Map<string, bigint>();
    for (const child of this.info.children(entry)) {
      const value = child.attributes.get(attribute.const_value);
      const name = this.info.nameOf(child);
      if (child.tag !== tag.enumerator) {
        continue;
      }
      if (value?.kind !== 'number' || name === undefined || values.size >= maxEnumerators) {
        return undefined;
      }
      values.set(name, value.number);
    }
    return values;
  }
}

function areEqual(
  one: ReadonlyMap<string, bigint> | undefined,
  other: ReadonlyMap<string, bigint> | undefined,
): boolean {
  return (
    one !== undefined &&
    one.size === other?.size &&
    [...one].every(([name, value]) => other.get(name) === value)
  );
}
