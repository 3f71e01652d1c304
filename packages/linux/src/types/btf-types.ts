import { latin1Bytes, type StructType, type TypeTable } from '@vmcorekit/core';
import { BtfRecords, btfKind, recordHeadInBytes } from './btf-records.ts';
import { BtfStruct } from './btf-struct.ts';
import { type BtfFile, stripped } from './btf-values.ts';

/** The largest enumeration of Linux has some thousand values. */
const maxEnumerators = 65_536;
/**
 * Types of one name that are compared with each other. A name with more types is unknown. Linux has
 * hardly two.
 */
const maxOfOneName = 16;
/** The kinds that a type name in C code may lead to. */
const tags: ReadonlySet<number> = new Set([btfKind.STRUCT, btfKind.UNION]);
const enumerations: ReadonlySet<number> = new Set([btfKind.ENUM, btfKind.ENUM64]);
const named: ReadonlySet<number> = new Set([...tags, ...enumerations, btfKind.TYPEDEF]);

/** What BTF itself does not say. */
export interface BtfOptions {
  /** The source's name in messages; default `BTF`. */
  readonly from?: string;
  /** The kernel's. */
  readonly wordSizeInBits: 32 | 64;
}

/**
 * The types of a kernel by its BTF, as `bpftool btf dump` shows them. One pass over the records
 * runs at once; a type is read when asked for. Impossible contents (a reference to no type, a
 * circle, a member beyond its structure) count as unknown. Throws `truncated`, `malformed` or
 * `unsupported` where `bytes` is no readable BTF. Source: Linux, Documentation/bpf/btf.rst.
 */
export function btfTypes(
  bytes: Uint8Array,
  { from = 'BTF', wordSizeInBits }: BtfOptions,
): TypeTable {
  return new BtfTypes(new BtfRecords(bytes), from, wordSizeInBits);
}

class BtfTypes implements TypeTable, BtfFile {
  readonly from: string;
  readonly remarks: readonly string[] = [];
  readonly wordSizeInBytes: number;
  readonly #records: BtfRecords;
  readonly #structs: Map<string, StructType | undefined> = new Map();
  /** The ids of all types that have a name. */
  #named: Uint32Array | undefined;

  constructor(records: BtfRecords, from: string, wordSizeInBits: 32 | 64) {
    this.#records = records;
    this.from = from;
    this.wordSizeInBytes = wordSizeInBits / 8;
  }

  struct(name: string): StructType | undefined {
    if (!this.#structs.has(name)) {
      this.#structs.set(name, this.#findStruct(name));
    }
    return this.#structs.get(name);
  }

  enumeration(name: string): ReadonlyMap<string, bigint> | undefined {
    const [id, ...others] = this.#find(name, enumerations);
    const values = id === undefined ? undefined : this.#valuesOf(id);
    return values !== undefined && others.every((other) => areEqual(values, this.#valuesOf(other)))
      ? values
      : undefined;
  }

  structAt(id: number): BtfStruct {
    return new BtfStruct(this.#records, id, this);
  }

  #findStruct(name: string): StructType | undefined {
    const [first, ...others] = this.#find(name, tags).map((id) => this.structAt(id));
    return others.every((other) => first?.isLike(other) === true) ? first : undefined;
  }

  /** Types of some kinds by their tag; where no tag has that name, by a typedef. */
  #find(name: string, kinds: ReadonlySet<number>): number[] {
    const wanted = latin1Bytes(`${name}\0`);
    const records = this.#records;
    const ids =
      wanted.length < 2 || wanted.indexOf(0) < wanted.length - 1
        ? new Uint32Array(0)
        : this.#namedIds().filter((id) => records.isNamed(records.nameOffsetOf(id), wanted));
    const found = ids.length > maxOfOneName ? [] : Array.from(ids);
    const tagged = found.filter((id) => kinds.has(records.kindOf(id)));
    const ofTypedefs = found
      .filter((id) => records.kindOf(id) === btfKind.TYPEDEF)
      .map((id) => stripped(records, id)?.id ?? 0);
    return tagged.length > 0
      ? tagged
      : [...new Set(ofTypedefs)].filter((id) => kinds.has(records.kindOf(id)));
  }

  #namedIds(): Uint32Array {
    if (this.#named === undefined) {
      const ids = Uint32Array.from({ length: this.#records.count }, (_, id) => id);
      this.#named = ids.filter(
        (id) => named.has(this.#records.kindOf(id)) && this.#records.nameOffsetOf(id) > 0,
      );
    }
    return this.#named;
  }

  #valuesOf(id: number): ReadonlyMap<string, bigint> | undefined {
    const record = this.#records.record(id);
    if (record === undefined || record.vlen > maxEnumerators) {
      return undefined;
    }
    const { types, areEnumerationsSigned } = this.#records;
    const is64 = record.kind === btfKind.ENUM64;
    const bits = is64 ? 64 : 32;
    // Before Linux 6.0 the flag is never set, and the values are those of an `int`.
    const isSigned = record.isFlagged || !areEnumerationsSigned;
    const values = new Map<string, bigint>();
    for (let index = 0; index < record.vlen; index++) {
      const at = record.at + recordHeadInBytes + index * (is64 ? 12 : 8);
      const value =
        BigInt(types.uint32(at + 4)) | (is64 ? BigInt(types.uint32(at + 8)) << 32n : 0n);
      values.set(
        this.#records.name(types.uint32(at)),
        isSigned ? BigInt.asIntN(bits, value) : value,
      );
    }
    return values;
  }
}

function areEqual(
  one: ReadonlyMap<string, bigint>,
  other: ReadonlyMap<string, bigint> | undefined,
): boolean {
  return one.size === other?.size && [...one].every(([name, value]) => other.get(name) === value);
}
