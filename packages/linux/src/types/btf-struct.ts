import {
  type BitField,
  type DeclaredType,
  type StructMember,
  type StructType,
  type ValueType,
  VmcorekitError,
} from '@vmcorekit/core';
import { btfKind } from './btf-kinds.ts';
import { type BtfRecord, type BtfRecords, nameBytes } from './btf-records.ts';
import {
  type BtfFile,
  integerBits,
  maxSizeInBytes,
  sizeOf,
  stripped,
  valueType,
} from './btf-values.ts';

/** Nameless structures nested in nameless structures: Linux has four levels. */
const maxNesting = 8;
/**
 * Members visited in one search, including those of nameless structures. A hostile structure could
 * lead through the same ones again and again.
 */
const maxMembers = 65_536;
/** Members of a structure that are listed, and a definition lists many. Linux has some 400. */
export const maxListedMembers = 8192;
const wordsOfMember = 3;
const nameless = Uint8Array.of(0);

/** A member as in its record. */
export interface FoundMember {
  readonly nameOffset: number;
  readonly typeId: number;
  /** From the start of the structure that was asked for. */
  readonly offsetInBits: number;
  /** 0 for anything but a bit-field. */
  readonly sizeInBits: number;
}

/** A structure or union of a BTF. */
export class BtfStruct implements StructType {
  readonly name: string;
  readonly from: string;
  readonly #records: BtfRecords;
  readonly #record: BtfRecord | undefined;
  readonly #file: BtfFile;

  constructor(records: BtfRecords, id: number, file: BtfFile) {
    this.#records = records;
    this.#record = records.record(id);
    this.#file = file;
    this.name = records.name(this.#record?.nameOffset ?? 0);
    this.from = file.from;
  }

  get sizeInBytes(): number | null {
    const size = this.#record?.sizeOrType ?? maxSizeInBytes + 1;
    return size > maxSizeInBytes ? null : size;
  }

  get kind(): 'struct' | 'union' {
    return this.#record?.kind === btfKind.UNION ? 'union' : 'struct';
  }

  member(path: string): StructMember | undefined {
    return this.#file.attempt(() => this.#memberAt(path));
  }

  members(): readonly StructMember[] {
    const record = this.#record;
    if (record === undefined || record.vlen > maxListedMembers) {
      return [];
    }
    return (
      this.#file.attempt(() =>
        Array.from(membersOf(this.#records, record, 0), (each) =>
          this.#member(this.#records.name(each.nameOffset), each),
        ).filter((member) => member !== undefined),
      ) ?? []
    );
  }

  #memberAt(path: string): StructMember | undefined {
    let record = this.#record;
    let found: FoundMember | undefined;
    const budget = { left: maxMembers };
    for (const part of path.split('.')) {
      const name = nameBytes(part);
      const base = found?.offsetInBits ?? 0;
      found =
        record === undefined || name === undefined || found?.sizeInBits
          ? undefined
          : this.#find(record, name, base, maxNesting, budget);
      record = found === undefined ? undefined : stripped(this.#records, found.typeId);
    }
    return found === undefined ? undefined : this.#member(path, found);
  }

  /** Whether another has the same size and the same members at the same offsets. */
  isLike(other: BtfStruct): boolean {
    const [own, its] = [this.#record, other.#record];
    if (
      own === undefined ||
      its === undefined ||
      own.kind !== its.kind ||
      own.sizeOrType !== its.sizeOrType ||
      own.vlen > maxMembers ||
      own.vlen !== its.vlen
    ) {
      return false;
    }
    const [ownMembers, itsMembers] = [
      membersOf(this.#records, own, 0),
      membersOf(other.#records, its, 0),
    ];
    for (const member of ownMembers) {
      const { value } = itsMembers.next();
      const isSame =
        member.offsetInBits === value?.offsetInBits &&
        member.sizeInBits === value.sizeInBits &&
        (member.nameOffset === value.nameOffset ||
          this.#records.name(member.nameOffset) === this.#records.name(value.nameOffset));
      if (!isSame) {
        return false;
      }
    }
    return true;
  }

  #find(
    struct: BtfRecord,
    name: Uint8Array,
    base: number,
    nesting: number,
    budget: { left: number },
  ): FoundMember | undefined {
    if (struct.kind !== btfKind.STRUCT && struct.kind !== btfKind.UNION) {
      return undefined;
    }
    const records = this.#records;
    for (let index = 0; index < struct.vlen; index++) {
      if (budget.left-- <= 0) {
        return undefined;
      }
      const nameOffset = struct.word(index * wordsOfMember);
      if (records.isNamed(nameOffset, name)) {
        this.#checkPlace(struct, index);
        return memberOf(records, struct, index, base);
      }
      if (nesting > 0 && records.isNamed(nameOffset, nameless)) {
        this.#checkPlace(struct, index);
        const { typeId, offsetInBits } = memberOf(records, struct, index, base);
        const inner = stripped(records, typeId);
        const found =
          inner === undefined
            ? undefined
            : this.#find(inner, name, offsetInBits, nesting - 1, budget);
        if (found !== undefined) {
          return found;
        }
      }
    }
    return undefined;
  }

  /**
   * Throws `malformed` for a member of a structure that does not lie between its neighbours: one of
   * the offsets is damaged or forged. No structure of a whole kernel has such a member.
   */
  #checkPlace(struct: BtfRecord, index: number): void {
    const offsetOf = (at: number) => {
      const word = struct.word(at * wordsOfMember + 2);
      return struct.isFlagged ? word & 0xffffff : word;
    };
    const own = offsetOf(index);
    const before = index === 0 ? 0 : offsetOf(index - 1);
    const after =
      index + 1 < struct.vlen
        ? offsetOf(index + 1)
        : 8 * Math.min(struct.sizeOrType, maxSizeInBytes);
    const isBitField = struct.isFlagged && struct.word(index * wordsOfMember + 2) >>> 24 !== 0;
    const typeId = struct.word(index * wordsOfMember + 1);
    const size = isBitField ? 0 : 8 * (sizeOf(this.#records, typeId, this.#file) ?? 0);
    if (struct.kind === btfKind.STRUCT && (own < before || own + size > after)) {
      throw new VmcorekitError('malformed', {
        structure: `BTF of struct ${this.#records.name(struct.nameOffset)}`,
        fileOffset: 0,
        field: `member ${this.#records.name(struct.word(index * wordsOfMember))}`,
        wanted: `a place from bit ${before} to ${after}`,
        got: own,
      });
    }
  }

  /** Undefined for a member that would lie beyond the structure. */
  #member(
    path: string,
    { typeId, offsetInBits, sizeInBits }: FoundMember,
  ): StructMember | undefined {
    const records = this.#records;
    const file = this.#file;
    const firstBit = sizeInBits === 0 ? 0 : offsetInBits % 8;
    const bits: BitField | null = sizeInBits === 0 ? null : { firstBit, sizeInBits };
    const size =
      bits === null ? sizeOf(records, typeId, file) : Math.ceil((firstBit + sizeInBits) / 8);
    const offsetInBytes = Math.floor(offsetInBits / 8);
    return offsetInBytes + (size ?? 0) > (this.sizeInBytes ?? 0)
      ? undefined
      : {
          name: path,
          from: this.from,
          offsetInBytes,
          sizeInBytes: size ?? null,
          bits,
          get type(): ValueType | null {
            return file.attempt(() => valueType(records, typeId, file)) ?? null;
          },
          get declared(): DeclaredType {
            return file.declaredAt(typeId);
          },
        };
  }
}

/** The members as recorded, offset by `base` bits. */
export function* membersOf(
  records: BtfRecords,
  record: BtfRecord,
  base: number,
): Generator<FoundMember, void, void> {
  for (let index = 0; index < record.vlen; index++) {
    yield memberOf(records, record, index, base);
  }
}

function memberOf(
  records: BtfRecords,
  record: BtfRecord,
  index: number,
  base: number,
): FoundMember {
  const at = index * wordsOfMember;
  const typeId = record.word(at + 1);
  const offset = record.word(at + 2);
  const common = { nameOffset: record.word(at), typeId };
  if (record.isFlagged) {
    return { ...common, offsetInBits: base + (offset & 0xffffff), sizeInBits: offset >>> 24 };
  }
  // Before pahole 1.13, a bit-field is an integer of fewer bits.
  const type = stripped(records, typeId);
  const { first, count } = type?.kind === btfKind.INT ? integerBits(type) : { first: 0, count: 0 };
  const isWhole =
    count === 0 || (first === 0 && offset % 8 === 0 && count === (type?.sizeOrType ?? 0) * 8);
  return { ...common, offsetInBits: base + offset + first, sizeInBits: isWhole ? 0 : count };
}
