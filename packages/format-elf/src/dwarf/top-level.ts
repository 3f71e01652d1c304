import type { Abbreviation } from './abbreviations.ts';
import { ByteCursor } from './byte-cursor.ts';
import { rust, tag } from './constants.ts';
import type { DebugInfo } from './debug-info.ts';
import { firstNameIn, mixed, nothingSeen, readInto, type Seen } from './entry-head.ts';
import { skipForm } from './forms.ts';
import type { UnitHeader } from './unit-header.ts';

/** Nested scopes of an entry without DW_AT_sibling. */
const maxDepth = 4096;
const indexed: ReadonlySet<number> = new Set([
  tag.structure_type,
  tag.class_type,
  tag.union_type,
  tag.enumeration_type,
  tag.typedef,
  tag.variable,
]);

/** A named type or variable at the top of a unit. One object is used again for all of them. */
export interface TopLevelEntry {
  /** In .debug_info. */
  offset: number;
  tag: number;
  /** An offset in .debug_str; -1 where the name stands in `text`. */
  nameAt: number;
  text: string;
  /** Only announces what is defined elsewhere. */
  isDeclaration: boolean;
  /**
   * Equal for the same definition in several units: from its size, its line and column, the length
   * of its entries, and the name of its first member.
   */
  fingerprint: number;
}

/**
 * Visits the entries at the top of a unit: the children of each are stepped over. Throws
 * `truncated` or `malformed`.
 */
export function visitTopLevel(
  info: DebugInfo,
  header: UnitHeader,
  visit: (entry: TopLevelEntry) => void,
): void {
  const unit = info.unit(header);
  const cursor = new ByteCursor(unit.bytes, info.byteOrder, 'debug information', header.start);
  cursor.at = header.headerSizeInBytes;
  const seen: Seen = nothingSeen();
  const entry: TopLevelEntry = {
    offset: 0,
    tag: 0,
    nameAt: -1,
    text: '',
    isDeclaration: false,
    fingerprint: 0,
  };
  const root = unit.abbreviations.get(cursor.uleb());
  if (root === undefined) {
    return;
  }
  readInto(seen, info, unit, cursor, root);
  if (!root.hasChildren || seen.language === rust) {
    return;
  }
  for (let depth = 0; depth >= 0; ) {
    const start = cursor.at;
    const code = start >= unit.bytes.length ? 0 : cursor.uleb();
    if (code === 0) {
      cursor.at = Math.max(cursor.at, start + 1);
      depth--;
      continue;
    }
    const shape = unit.abbreviations.get(code);
    if (shape === undefined || depth > maxDepth) {
      throw cursor.malformed('abbreviation code', 'one of the unit', code);
    }
    const isWanted = depth === 0 && indexed.has(shape.tag);
    if (!isWanted) {
      depth += stepOver(cursor, shape, header);
      cursor.check();
      continue;
    }
    readInto(seen, info, unit, cursor, shape);
    const firstChild = shape.hasChildren ? firstNameIn(info, unit, cursor) : 0;
    if (shape.hasChildren) {
      if (seen.sibling > cursor.at) {
        cursor.at = seen.sibling;
      } else {
        depth++;
      }
    }
    cursor.check();
    if (named(info, header, seen)) {
      entry.offset = header.start + start;
      entry.tag = shape.tag;
      entry.nameAt = seen.nameAt;
      entry.text = seen.text;
      entry.isDeclaration = seen.isDeclaration;
      entry.fingerprint = hashOf(seen, cursor.at - start, firstChild);
      visit(entry);
    }
  }
}

/** Steps over an entry, and its children where it says how. Returns 1 where these come next. */
function stepOver(cursor: ByteCursor, shape: Abbreviation, header: UnitHeader): number {
  const start = cursor.at;
  if (shape.hasChildren && shape.siblingAt >= 0) {
    cursor.at = start + shape.siblingAt;
    const sibling = cursor.uint32();
    if (sibling > cursor.at) {
      cursor.at = sibling;
      return 0;
    }
    cursor.at = start;
  }
  if (shape.sizeInBytes >= 0) {
    cursor.at = start + shape.sizeInBytes;
  } else {
    for (const formOfIt of shape.forms) {
      skipForm(cursor, formOfIt, header);
    }
  }
  return shape.hasChildren ? 1 : 0;
}

/** A variable's definition names it by the declaration before it. */
function named(info: DebugInfo, header: UnitHeader, seen: Seen): boolean {
  if (seen.nameAt < 0 && seen.text === '' && seen.specification > 0) {
    const declaration = info.entry(header.start + seen.specification);
    seen.text = (declaration === undefined ? undefined : info.nameOf(declaration)) ?? '';
  }
  return seen.nameAt >= 0 || seen.text !== '';
}

function hashOf(seen: Seen, lengthInBytes: number, firstChild: number): number {
  let hash = mixed(seen.size, seen.line);
  hash = mixed(hash, seen.column);
  hash = mixed(hash, lengthInBytes);
  return mixed(hash, firstChild);
}
