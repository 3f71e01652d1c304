import type { StructMember, StructType, ValueType } from '@vmcorekit/core';

/** Nameless structures in nameless structures; Linux has four levels. */
const maxDepth = 8;
/** The longest definition of Linux has some hundred lines; a hostile one could have billions. */
const maxLines = 2048;
/** Structures opened for one definition; each may have members that none of its lines show. */
const maxStructures = 128;

/** A line of a structure's definition in C. */
export interface DefinitionLine {
  /** How far it is indented. */
  readonly depth: number;
  /** The C text, such as `pid_t pid;`. Its names come from the dump: escape them for a terminal. */
  readonly text: string;
  /** The member that it declares; null for the lines around members. */
  readonly member: StructMember | null;
  /** From the start of the outermost structure; null where `member` is. */
  readonly offsetInBytes: number | null;
}

/**
 * The definition of a structure in C, as `pahole` prints one: its members in order, with those of
 * nameless structures within. Only the first line and the last where the source lists no members.
 */
export function definitionOf(type: StructType): DefinitionLine[] {
  const lines: DefinitionLine[] = [];
  const name = type.name === '' ? '' : ` ${type.name}`;
  add(lines, 0, `${type.kind ?? 'struct'}${name} {`);
  addMembers(lines, type, { depth: 1, base: 0, budget: { left: maxStructures } });
  add(lines, 0, '};');
  return lines;
}

interface Within {
  readonly depth: number;
  readonly base: number;
  readonly budget: { left: number };
}

function addMembers(
  lines: DefinitionLine[],
  type: StructType,
  { depth, base, budget }: Within,
): void {
  budget.left--;
  for (const member of type.members?.() ?? []) {
    if (lines.length >= maxLines) {
      return;
    }
    const offset = base + member.offsetInBytes;
    const inner = depth < maxDepth && budget.left > 0 ? namelessIn(member.type) : undefined;
    const bits = member.bits === null ? '' : `:${member.bits.sizeInBits}`;
    const text = `${member.declared?.declare(member.name) ?? member.name}${bits};`;
    const split = inner === undefined ? -1 : text.indexOf(innerMark);
    if (inner === undefined || split < 0) {
      add(lines, depth, text, member, offset);
      continue;
    }
    add(lines, depth, text.slice(0, split + 1));
    addMembers(lines, inner, { depth: depth + 1, base: offset, budget });
    add(lines, depth, text.slice(split + innerMark.length - 1), member, offset);
  }
}

/** How a declaration writes a structure without a name. */
const innerMark = '{...}';

/** The structure without a name that a member is, or of which it is an array. */
function namelessIn(type: ValueType | null): StructType | undefined {
  let of = type;
  for (let step = 0; of?.kind === 'array' && step < maxDepth; step++) {
    of = of.of;
  }
  return (of?.kind === 'struct' || of?.kind === 'union') && of.struct.name === ''
    ? of.struct
    : undefined;
}

function add(
  lines: DefinitionLine[],
  depth: number,
  text: string,
  member: StructMember | null = null,
  offsetInBytes: number | null = null,
): void {
  lines.push({ depth, text, member, offsetInBytes });
}
