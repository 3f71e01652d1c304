import { plainType } from './objects/plain-type.ts';
import type { BitField, DeclaredType, StructMember, StructType, ValueType } from './types.ts';

/** Nameless structures nested in nameless structures: Linux has four levels. */
const maxNesting = 8;
/**
 * Members visited in one search, including those of nameless structures. A hostile structure could
 * lead through the same ones again and again.
 */
const maxMembers = 65_536;
/** No structure, and no array in one, is larger. */
const maxSizeInBytes = 16 * 1024 * 1024;
/** Dimensions of an array: Linux has fewer than five. */
const maxDimensions = 32;

/** A member as its source describes it. */
export interface DescribedMember {
  /** Empty for a nameless structure or union. */
  readonly name: string;
  readonly offsetInBits: number;
  /** 0 for anything but a bit-field. */
  readonly sizeInBits: number;
  /** Read when asked for; null where the source does not say. */
  type(): ValueType | null;
}

/** A structure as its source describes it. */
export interface StructDescription {
  /** Empty for a nameless one. */
  readonly name: string;
  /** The name of the source. */
  readonly from: string;
  readonly kind: 'struct' | 'union';
  readonly sizeInBytes: number;
  readonly wordSizeInBits: 32 | 64;
  /** Called once, when the first member is asked for. */
  members(): readonly DescribedMember[];
}

/**
 * A structure of a source that lists the members of each: searches through nameless structures, and
 * follows paths. A member that would lie beyond the structure is unknown.
 */
export class DescribedStruct implements StructType {
  readonly name: string;
  readonly from: string;
  readonly kind: 'struct' | 'union';
  readonly #description: StructDescription;
  #members: readonly DescribedMember[] | undefined;

  constructor(description: StructDescription) {
    this.name = description.name;
    this.from = description.from;
    this.kind = description.kind;
    this.#description = description;
  }

  get sizeInBytes(): number | null {
    const { sizeInBytes } = this.#description;
    return sizeInBytes > maxSizeInBytes ? null : sizeInBytes;
  }

  member(path: string): StructMember | undefined {
    const [first = '', ...rest] = path.split('.');
    const budget = { left: maxMembers };
    let found = this.find(first, 0, maxNesting, budget);
    for (const part of rest) {
      const { member, offsetInBits = 0 } = found ?? {};
      const inner = member === undefined || member.sizeInBits > 0 ? undefined : structOf(member);
      found = inner?.find(part, offsetInBits, maxNesting, budget);
    }
    return found === undefined ? undefined : this.#member(path, found);
  }

  /** Those that lie within the structure, by their places. */
  members(): readonly StructMember[] {
    return this.#listed()
      .toSorted((one, other) => one.offsetInBits - other.offsetInBits)
      .flatMap((member) => this.#member(member.name, { member, ...member }) ?? []);
  }

  /** Whether another has the same size and the same members at the same offsets. */
  isLike(other: DescribedStruct): boolean {
    const [own, its] = [this.#listed(), other.#listed()];
    return (
      this === other ||
      (this.sizeInBytes === other.sizeInBytes &&
        own.length === its.length &&
        own.every(
          ({ name, offsetInBits, sizeInBits }, index) =>
            name === its[index]?.name &&
            offsetInBits === its[index].offsetInBits &&
            sizeInBits === its[index].sizeInBits,
        ))
    );
  }

  /** A member by its name, from a start in bits, within this and the nameless structures in it. */
  protected find(
    name: string,
    base: number,
    nesting: number,
    budget: { left: number },
  ): FoundMember | undefined {
    for (const member of name === '' ? [] : this.#listed()) {
      if (budget.left-- <= 0) {
        return undefined;
      }
      const offsetInBits = base + member.offsetInBits;
      if (member.name === name) {
        return { member, offsetInBits };
      }
      const inner = member.name === '' && nesting > 0 ? structOf(member) : undefined;
      const found = inner?.find(name, offsetInBits, nesting - 1, budget);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #listed(): readonly DescribedMember[] {
    this.#members ??= this.#description.members();
    return this.#members;
  }

  #member(path: string, { member, offsetInBits }: FoundMember): StructMember | undefined {
    const { sizeInBits } = member;
    const firstBit = sizeInBits === 0 ? 0 : offsetInBits % 8;
    const bits: BitField | null = sizeInBits === 0 ? null : { firstBit, sizeInBits };
    const size =
      bits === null
        ? sizeOfValue(member.type(), this.#description.wordSizeInBits)
        : Math.ceil((firstBit + sizeInBits) / 8);
    const offsetInBytes = Math.floor(offsetInBits / 8);
    const wordSizeInBytes = this.#description.wordSizeInBits / 8;
    return offsetInBytes + (size ?? 0) > (this.sizeInBytes ?? 0)
      ? undefined
      : {
          name: path,
          from: this.from,
          offsetInBytes,
          sizeInBytes: size,
          bits,
          get type() {
            return member.type();
          },
          get declared(): DeclaredType | undefined {
            const type = member.type();
            return type === null ? undefined : plainType(type, wordSizeInBytes);
          },
        };
  }
}

interface FoundMember {
  readonly member: DescribedMember;
  /** From the start of the structure that was asked for. */
  readonly offsetInBits: number;
}

function structOf(member: DescribedMember): DescribedStruct | undefined {
  const type = member.type();
  return (type?.kind === 'struct' || type?.kind === 'union') &&
    type.struct instanceof DescribedStruct
    ? type.struct
    : undefined;
}

/** The length of a value of this type; null where it is not known. */
export function sizeOfValue(type: ValueType | null, wordSizeInBits: 32 | 64): number | null {
  let count = 1;
  let element = type;
  for (let step = 0; element?.kind === 'array'; step++) {
    count *= element.count;
    element = step < maxDimensions ? element.of : null;
  }
  const size = element === null ? null : sizeOfOne(element, wordSizeInBits);
  return size === null || size * count > maxSizeInBytes ? null : size * count;
}

function sizeOfOne(type: ValueType, wordSizeInBits: 32 | 64): number | null {
  switch (type.kind) {
    case 'integer':
    case 'float':
    case 'enumeration':
      return type.sizeInBytes;
    case 'pointer':
      return wordSizeInBits / 8;
    case 'struct':
    case 'union':
      return type.struct.sizeInBytes;
    default:
      return null;
  }
}
