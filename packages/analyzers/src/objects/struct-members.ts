import { type BitField, printable, type StructType, type ValueType } from '@vmcorekit/core';
import { definitionOf } from '@vmcorekit/linux';

/** A member of a structure, as JSON has it. */
export interface MemberData {
  /** The path from the structure: those of nameless structures within are its own. */
  readonly name: string;
  /** In bytes, from the start of the structure that was asked for. */
  readonly offset: number;
  /** In bytes; null where the types do not say. */
  readonly size: number | null;
  /** As C writes it; null where the types do not say. */
  readonly type: string | null;
  readonly bits: BitField | null;
}

/** Members visited, named or not: the longest structure of Linux has some thousand. */
const maxMembers = 8192;
const maxNesting = 8;
const commentColumn = 56;

/** The members in order, with those of structures that have no name of their own. */
export function membersData(struct: StructType): MemberData[] {
  const members: MemberData[] = [];
  addMembers(members, struct, '', 0, { nesting: maxNesting, left: maxMembers });
  return members;
}

/** What may still be visited. */
interface Budget {
  nesting: number;
  left: number;
}

function addMembers(
  members: MemberData[],
  struct: StructType,
  prefix: string,
  base: number,
  budget: Budget,
): void {
  const all = struct.members?.() ?? [];
  // Charged before they are visited: each may lead to as many again.
  budget.left -= all.length;
  if (budget.left < 0 || budget.nesting === 0) {
    return;
  }
  for (const { name, offsetInBytes, sizeInBytes, declared, bits, type } of all) {
    const offset = base + offsetInBytes;
    if (name !== '') {
      const text = declared?.text ?? null;
      members.push({ name: prefix + name, offset, size: sizeInBytes, type: text, bits });
    }
    const inner = namelessIn(type);
    if (inner !== undefined) {
      const start = name === '' ? prefix : `${prefix}${name}.`;
      budget.nesting--;
      addMembers(members, inner, start, offset, budget);
      budget.nesting++;
    }
  }
}

function namelessIn(type: ValueType | null): StructType | undefined {
  return (type?.kind === 'struct' || type?.kind === 'union') && type.struct.name === ''
    ? type.struct
    : undefined;
}

/** The definition in C. After each member stand its offset and size in bytes. */
export function definitionLines(struct: StructType): string[] {
  const lines = definitionOf(struct).map(({ depth, text, member, offsetInBytes }) => {
    const line = `${'    '.repeat(depth)}${printable(text)}`;
    if (member === null || offsetInBytes === null) {
      return line;
    }
    const bits = member.bits === null ? '' : `:${member.bits.firstBit}`;
    const place = `${String(offsetInBytes).padStart(5)}${bits.padEnd(2)}`;
    return `${line.padEnd(commentColumn)} /* ${place} ${String(member.sizeInBytes ?? '?').padStart(5)} */`;
  });
  return [...lines, `/* size: ${struct.sizeInBytes ?? 'not known'} */`];
}
