import { createWriteStream, fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';

/**
 * The stream that writes to a standard descriptor. Node's own one takes everything and writes
 * nothing where the descriptor is a block device, and reports no error (Node 20 to 24, tried with a
 * loop device).
 */
export function standardOutput(own: Writable, descriptor: number): Writable {
  return fstatSync(descriptor).isBlockDevice()
    ? createWriteStream('', { fd: descriptor, autoClose: false })
    : own;
}
