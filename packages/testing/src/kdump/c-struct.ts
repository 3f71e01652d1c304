import type { ByteOrder } from '@vmcorekit/core';

/** Member types of the C structures; `{ bytes }` is a char array. */
export type CType = 'i32' | 'u32' | 'u64' | 'long' | { readonly bytes: number };

export interface CMember {
  readonly name: string;
  readonly type: CType;
}

/** How a machine's C compiler lays out `long` and 64-bit members. */
export interface CMachine {
  readonly longSizeInBytes: 4 | 8;
  /** 4 on i386 and in packed structures, 8 elsewhere. */
  readonly wideAlignmentInBytes: 4 | 8;
  readonly byteOrder: ByteOrder;
}

export interface CStruct {
  readonly offsets: ReadonlyMap<string, number>;
  readonly sizeInBytes: number;
}

/**
 * Lays out a structure by the compiler's rules. So a reader's table of offsets is tested against
 * something other than itself.
 */
export function layOut(members: readonly CMember[], machine: CMachine): CStruct {
  const offsets = new Map<string, number>();
  let at = 0;
  let widest = 1;
  for (const { name, type } of members) {
    const [size, alignment] = sizeAndAlignment(type, machine);
    at = Math.ceil(at / alignment) * alignment;
    widest = Math.max(widest, alignment);
    offsets.set(name, at);
    at += size;
  }
  return { offsets, sizeInBytes: Math.ceil(at / widest) * widest };
}

/** Writes one numeric or text member. */
export function writeMember(
  bytes: Uint8Array,
  fileOffset: number,
  type: CType,
  value: number | bigint | string,
  machine: CMachine,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = machine.byteOrder === 'little';
  if (typeof value === 'string') {
    for (let index = 0; index < value.length; index++) {
      bytes[fileOffset + index] = value.charCodeAt(index);
    }
  } else if (type === 'u64' || (type === 'long' && machine.longSizeInBytes === 8)) {
    view.setBigUint64(fileOffset, BigInt.asUintN(64, BigInt(value)), isLittle);
  } else {
    view.setUint32(fileOffset, Number(BigInt.asUintN(32, BigInt(value))), isLittle);
  }
}

function sizeAndAlignment(type: CType, machine: CMachine): readonly [number, number] {
  switch (type) {
    case 'i32':
    case 'u32':
      return [4, 4];
    case 'u64':
      return [8, machine.wideAlignmentInBytes];
    case 'long':
      return [machine.longSizeInBytes, machine.longSizeInBytes];
    default:
      return [type.bytes, 1];
  }
}
