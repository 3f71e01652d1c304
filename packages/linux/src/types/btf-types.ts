import type {
  DeclaredType,
  FunctionPrototype,
  FunctionType,
  StructType,
  TypeTable,
  VariableType,
} from '@vmcorekit/core';
import { wholeBytes } from './btf-bytes.ts';
import { isDamage } from './btf-damage.ts';
import { declaredType, prototypeOf } from './btf-declared.ts';
import { enumeratorsOf } from './btf-enumerators.ts';
import { btfKind, enumerations, tags } from './btf-kinds.ts';
import { areAlike, areEqual } from './btf-likeness.ts';
import { type BtfRecords, IndexedRecords } from './btf-records.ts';
import { BtfSection } from './btf-section.ts';
import { BtfStruct } from './btf-struct.ts';
import { type BtfFile, stripped } from './btf-values.ts';
import { type CTypeName, parseTypeName } from './c-type-name.ts';
import { derivedType } from './derived-type.ts';

/**
 * Types of one name and kind that are compared with each other. A name with more types is unknown.
 * Linux has hardly two.
 */
const maxOfOneName = 16;
/** Linux has some forty sections of types' variables at most. */
const perCpuSection = '.data..percpu';
const wordsOfVariable = 3;
/** The kinds that a type name in C code may lead to. */
const untagged: ReadonlySet<number> = new Set([btfKind.TYPEDEF, btfKind.INT, btfKind.FLOAT]);
const kindsOfTag = {
  struct: new Set([btfKind.STRUCT]),
  union: new Set([btfKind.UNION]),
  enum: enumerations,
} as const;

/** What BTF itself does not say. */
export interface BtfOptions {
  /** The source's name in messages; default `BTF`. */
  readonly from?: string;
  /** The kernel's. */
  readonly wordSizeInBits: 32 | 64;
  /** What went wrong before, as in `TypeTable`. */
  readonly remarks?: readonly string[];
  /** Whether a part of it is known to be lost. */
  readonly isPartial?: boolean;
}

/**
 * The types of a kernel by its BTF, as `bpftool btf dump` shows them. One pass over the records
 * runs at once; a type is read when asked for. Impossible contents (a reference to no type, a
 * circle, a member beyond its structure) count as unknown. Throws `truncated`, `malformed` or
 * `unsupported` where `bytes` is no readable BTF. Source: Linux, Documentation/bpf/btf.rst.
 */
export function btfTypes(bytes: Uint8Array, options: BtfOptions): TypeTable {
  return typesOfRecords(new IndexedRecords(new BtfSection(wholeBytes(bytes))), options);
}

/** The types by records that are indexed, or read when needed. */
export function typesOfRecords(
  records: BtfRecords,
  { from = 'BTF', wordSizeInBits, remarks = [], isPartial = false }: BtfOptions,
): TypeTable {
  const types = new BtfTypes(records, from, wordSizeInBits, remarks);
  types.isPartial = isPartial;
  return types;
}

class BtfTypes implements TypeTable, BtfFile {
  readonly from: string;
  readonly remarks: string[];
  isPartial: boolean = false;
  readonly wordSizeInBytes: number;
  readonly #records: BtfRecords;
  readonly #structs: Map<string, StructType | undefined> = new Map();
  readonly #enumerations: Map<string, ReadonlyMap<string, bigint> | undefined> = new Map();

  constructor(
    records: BtfRecords,
    from: string,
    wordSizeInBits: 32 | 64,
    remarks: readonly string[],
  ) {
    this.remarks = [...remarks];
    this.#records = records;
    this.from = from;
    this.wordSizeInBytes = wordSizeInBits / 8;
  }

  struct(name: string): StructType | undefined {
    if (!this.#structs.has(name)) {
      this.#structs.set(
        name,
        this.attempt(() => this.#findStruct(name)),
      );
    }
    return this.#structs.get(name);
  }

  enumeration(name: string): ReadonlyMap<string, bigint> | undefined {
    if (!this.#enumerations.has(name)) {
      this.#enumerations.set(
        name,
        this.attempt(() => this.#findEnumeration(name)),
      );
    }
    return this.#enumerations.get(name);
  }

  type(name: string): DeclaredType | undefined {
    const parsed = parseTypeName(name);
    return parsed === undefined
      ? undefined
      : this.attempt(() => {
          const id = this.#idOf(parsed);
          return id === undefined
            ? undefined
            : derivedType(
                this.declaredAt(id),
                parsed.qualifiers,
                parsed.derivations,
                this.wordSizeInBytes,
              );
        });
  }

  *tags(): Generator<string, void, void> {
    const seen = new Set<string>();
    for (let id = 1; id < this.#records.count; id++) {
      const record = this.attempt(() => this.#records.record(id));
      if (record !== undefined && tags.has(record.kind)) {
        const name = this.attempt(() => this.#records.name(record.nameOffset)) ?? '';
        if (name !== '' && !seen.has(name)) {
          seen.add(name);
          yield name;
        }
      }
    }
  }

  functionType(name: string): FunctionType | undefined {
    return this.attempt(() => {
      const id = this.#onlyOf(this.#ofKinds(name, new Set([btfKind.FUNC])));
      const type = id === undefined ? undefined : this.#records.record(id)?.sizeOrType;
      const prototype = type === undefined ? undefined : this.prototypeAt(type);
      return type === undefined || prototype === undefined
        ? undefined
        : { name, from: this.from, type: this.declaredAt(type), prototype };
    });
  }

  variableType(name: string): VariableType | undefined {
    return this.attempt(() => {
      const ids = this.#ofKinds(name, new Set([btfKind.VAR]));
      const id = this.#onlyOf(ids);
      const type = id === undefined ? undefined : this.#records.record(id)?.sizeOrType;
      if (id === undefined || type === undefined) {
        return undefined;
      }
      const offsetInSection = ids.length > 1 ? null : this.#offsetInSection(id);
      return {
        name,
        from: this.from,
        type: this.declaredAt(type),
        section: offsetInSection === null ? null : perCpuSection,
        offsetInSection,
      };
    });
  }

  /** Also where a name has more types than are compared. */
  hasSeveral(name: string): boolean {
    return (
      this.attempt(() => this.#records.named(name).some((id) => this.#hasLayout(id))) === true &&
      this.struct(name) === undefined &&
      this.enumeration(name) === undefined
    );
  }

  structAt(id: number): BtfStruct {
    return new BtfStruct(this.#records, id, this);
  }

  declaredAt(id: number): DeclaredType {
    return declaredType(this.#records, id, this);
  }

  prototypeAt(id: number): FunctionPrototype | undefined {
    const record = stripped(this.#records, id);
    return record?.kind === btfKind.FUNC_PROTO
      ? prototypeOf(this.#records, record, this)
      : undefined;
  }

  valuesAt(id: number): ReadonlyMap<string, bigint> | undefined {
    return enumeratorsOf(this.#records, id);
  }

  attempt<Result>(look: () => Result): Result | undefined {
    try {
      return look();
    } catch (error) {
      if (!isDamage(error)) {
        throw error;
      }
      this.isPartial = true;
      const remark = `${this.from} is read only in part: ${error.message}`;
      if (!this.remarks.includes(remark) && this.remarks.length < maxRemarks) {
        this.remarks.push(remark);
      }
      return undefined;
    }
  }

  #findStruct(name: string): StructType | undefined {
    const [first, ...others] = this.#find(name, tags).map((id) => this.structAt(id));
    return others.every((other) => first?.isLike(other) === true) ? first : undefined;
  }

  #findEnumeration(name: string): ReadonlyMap<string, bigint> | undefined {
    const [id, ...others] = this.#find(name, enumerations);
    const values = id === undefined ? undefined : this.valuesAt(id);
    // One that is only declared has none, and must not hide the values of another source.
    return values !== undefined &&
      values.size > 0 &&
      others.every((other) => areEqual(values, this.valuesAt(other)))
      ? values
      : undefined;
  }

  /** Types of some kinds by their tag; where no tag has that name, by a typedef. */
  #find(name: string, kinds: ReadonlySet<number>): number[] {
    const tagged = this.#ofKinds(name, kinds);
    const ofTypedefs = this.#ofKinds(name, new Set([btfKind.TYPEDEF])).map(
      (id) => stripped(this.#records, id)?.id ?? 0,
    );
    return tagged.length > 0
      ? tagged
      : [...new Set(ofTypedefs)].filter((id) => kinds.has(this.#kindOf(id)));
  }

  /** A module's own types come before those of its base. */
  #ofKinds(name: string, kinds: ReadonlySet<number>): number[] {
    const all = this.#records.named(name).filter((id) => kinds.has(this.#kindOf(id)));
    const own = all.filter((id) => id >= this.#records.firstId);
    const ids = own.length > 0 ? own : all;
    return ids.length > maxOfOneName ? [] : ids;
  }

  #hasLayout(id: number): boolean {
    const kind = this.#kindOf(id);
    return tags.has(kind) || enumerations.has(kind);
  }

  #kindOf(id: number): number {
    return this.#records.record(id)?.kind ?? 0;
  }

  #idOf({ tag, names, derivations }: CTypeName): number | undefined {
    if (names[0] === 'void') {
      return derivations[0]?.kind === 'pointer' ? 0 : undefined;
    }
    for (const kinds of tag === null ? [untagged, tags, enumerations] : [kindsOfTag[tag]]) {
      const ids = names.map((name) => this.#ofKinds(name, kinds)).find((each) => each.length > 0);
      if (ids !== undefined) {
        return this.#onlyOf(ids);
      }
    }
    return undefined;
  }

  /** The first of several types that are alike; undefined where two differ. */
  #onlyOf([first, ...others]: readonly number[]): number | undefined {
    return first !== undefined &&
      others.every((other) => areAlike(this, this.#records, first, other))
      ? first
      : undefined;
  }

  #offsetInSection(variable: number): number | null {
    for (const id of this.#ofKinds(perCpuSection, new Set([btfKind.DATASEC]))) {
      const record = this.#records.record(id);
      for (let index = 0; index < (record?.vlen ?? 0); index++) {
        if (record?.word(index * wordsOfVariable) === variable) {
          return record.word(index * wordsOfVariable + 1);
        }
      }
    }
    return null;
  }
}

const maxRemarks = 16;
