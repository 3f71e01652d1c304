import { VmcorekitError } from '@vmcorekit/core';
import { malformed } from './malformed.ts';

/** A number takes 9 bytes at most. Source: the .xz file format, section 1.2. */
const longestInBytes = 9;

/** Reads numbers of seven bits a byte, the lowest first. */
export class VariableLength {
  /** Where the next number begins. */
  at: number;
  readonly #bytes: Uint8Array;
  readonly #structure: string;
  readonly #fileOffset: number;

  constructor(bytes: Uint8Array, at: number, structure: string, fileOffset: number) {
    this.#bytes = bytes;
    this.at = at;
    this.#structure = structure;
    this.#fileOffset = fileOffset;
  }

  /** Throws `truncated` where the bytes end, `malformed` for one larger than any file. */
  next(field: string): number {
    const start = this.at;
    let value = 0;
    for (let index = 0; index < longestInBytes; index++) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) {
        throw new VmcorekitError('truncated', {
          structure: this.#structure,
          fileOffset: this.#fileOffset,
          wanted: this.at + 1,
          got: this.#bytes.length,
        });
      }
      this.at += 1;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        if (Number.isSafeInteger(value)) {
          return value;
        }
        break;
      }
    }
    const got = exactly(this.#bytes.subarray(start, this.at));
    throw malformed(this.#structure, this.#fileOffset, field, 'a number below 2^53', got);
  }
}

function exactly(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 7n) | BigInt(byte & 0x7f), 0n);
}
