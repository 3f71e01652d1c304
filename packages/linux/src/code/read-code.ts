import { isUnreadable, type Kernel, type VirtualAddress } from '@vmcorekit/core';

/** Bytes of memory, up to the first page that cannot be read. */
export interface CodeBytes {
  readonly bytes: Uint8Array;
  /** Why it ends before what was asked for; null where it does not. */
  readonly lost: string | null;
}

/** The bytes of [from, to) as the dump has them, page by page. */
export function readCode(
  { memory, root }: Pick<Kernel, 'memory' | 'root'>,
  from: VirtualAddress,
  to: VirtualAddress,
): CodeBytes {
  const bytes = new Uint8Array(Number(to - from));
  const pageSize = BigInt(root.basePageSizeInBytes);
  for (let at = from; at < to; ) {
    const pageEnd = (at / pageSize + 1n) * pageSize;
    const end = pageEnd < to ? pageEnd : to;
    const done = Number(at - from);
    try {
      memory.readInto(at, bytes.subarray(done, Number(end - from)));
    } catch (error) {
      if (!(error instanceof Error) || !isUnreadable(error)) {
        throw error;
      }
      return { bytes: bytes.subarray(0, done), lost: error.message };
    }
    at = end;
  }
  return { bytes, lost: null };
}
