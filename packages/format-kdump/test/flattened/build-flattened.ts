/** One record of a flattened file; `size` may lie. */
export interface FlattenedRecord {
  readonly offset: bigint;
  readonly bytes: Uint8Array;
  readonly size?: bigint;
}

/** A flattened file out of its fields. */
export function buildFlattened(
  records: readonly FlattenedRecord[],
  {
    type = 1n,
    version = 1n,
    hasEnd = true,
  }: { type?: bigint; version?: bigint; hasEnd?: boolean } = {},
): Uint8Array {
  const file = new Uint8Array(
    records.reduce((sum, record) => sum + 16 + record.bytes.length, 4096 + (hasEnd ? 16 : 0)),
  );
  const view = new DataView(file.buffer);
  file.set(Buffer.from('makedumpfile', 'latin1'));
  view.setBigInt64(16, type);
  view.setBigInt64(24, version);
  let at = 4096;
  for (const { offset, bytes, size } of records) {
    view.setBigInt64(at, offset);
    view.setBigInt64(at + 8, size ?? BigInt(bytes.length));
    file.set(bytes, at + 16);
    at += 16 + bytes.length;
  }
  if (hasEnd) {
    view.setBigInt64(at, -1n);
    view.setBigInt64(at + 8, -1n);
  }
  return file;
}
