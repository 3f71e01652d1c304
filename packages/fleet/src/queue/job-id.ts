import { createHash } from 'node:crypto';

/**
 * The id of a job: the same for the same dump, analyzers and version. So a job that is added twice
 * is one. A UUID of version 8, from SHA-256. Source: RFC 9562, 5.8.
 */
export function jobIdOf(dump: string, analyzers: readonly string[], toolVersion: string): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([dump, analyzers, toolVersion]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
