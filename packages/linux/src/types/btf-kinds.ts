import type { RecordSize } from './btf-header.ts';

/** The kinds of types. Source: Linux, include/uapi/linux/btf.h. */
export const btfKind = {
  INT: 1,
  PTR: 2,
  ARRAY: 3,
  STRUCT: 4,
  UNION: 5,
  ENUM: 6,
  FWD: 7,
  TYPEDEF: 8,
  VOLATILE: 9,
  CONST: 10,
  RESTRICT: 11,
  FUNC: 12,
  FUNC_PROTO: 13,
  VAR: 14,
  DATASEC: 15,
  FLOAT: 16,
  DECL_TAG: 17,
  TYPE_TAG: 18,
  ENUM64: 19,
} as const;

/** Structures and unions. */
export const tags: ReadonlySet<number> = new Set([btfKind.STRUCT, btfKind.UNION]);
export const enumerations: ReadonlySet<number> = new Set([btfKind.ENUM, btfKind.ENUM64]);

const bare: RecordSize = { fixed: 0, each: 0 };
/** Lengths by kind after a record's head; a kind not listed here is unknown. */
export const recordSizes: ReadonlyMap<number, RecordSize> = new Map(
  Object.values(btfKind).map((kind): [number, RecordSize] => {
    switch (kind) {
      case btfKind.INT:
      case btfKind.VAR:
      case btfKind.DECL_TAG:
        return [kind, { fixed: 4, each: 0 }];
      case btfKind.ARRAY:
        return [kind, { fixed: 12, each: 0 }];
      case btfKind.STRUCT:
      case btfKind.UNION:
      case btfKind.DATASEC:
      case btfKind.ENUM64:
        return [kind, { fixed: 0, each: 12 }];
      case btfKind.ENUM:
      case btfKind.FUNC_PROTO:
        return [kind, { fixed: 0, each: 8 }];
      default:
        return [kind, bare];
    }
  }),
);
