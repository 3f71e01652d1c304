import { closeSync, openSync, writeSync } from 'node:fs';

/** As much as makedumpfile's header of a flattened file takes. */
const headerInBytes = 4096;

/**
 * Writes a flattened file that holds `contents`, and after it as many bytes that no one reads as
 * make it `sizeInBytes` long.
 */
export function writeFlattened(path: string, contents: Uint8Array, sizeInBytes: number): void {
  const file = openSync(path, 'w');
  const header = Buffer.alloc(headerInBytes);
  header.write('makedumpfile');
  header.writeBigInt64BE(1n, 16);
  header.writeBigInt64BE(1n, 24);
  writeSync(file, header);
  const record = (offset: number, bytes: Uint8Array): void => {
    const head = Buffer.alloc(16);
    head.writeBigInt64BE(BigInt(offset), 0);
    head.writeBigInt64BE(BigInt(bytes.length), 8);
    writeSync(file, head);
    writeSync(file, bytes);
  };
  const step = 16384;
  for (let at = 0; at < contents.length; at += step) {
    record(at, contents.subarray(at, at + step));
  }
  const filler = new Uint8Array(step).fill(0x5a);
  for (let at = contents.length; at < sizeInBytes; at += step) {
    record(at, filler);
  }
  const end = Buffer.alloc(16);
  end.writeBigInt64BE(-1n, 0);
  end.writeBigInt64BE(-1n, 8);
  writeSync(file, end);
  closeSync(file);
}
