import { Extents } from './extents.ts';
import { headerSizeInBytes, recordHeadSizeInBytes } from './layout.ts';

/**
 * The records of a flattened file in about four bytes each. They follow each other directly, so the
 * offset in the contents and the size describe a record. Each is written as its difference from the
 * likely value: the record begins where the last one ended, and is as large. A number takes seven
 * bits a byte, the lowest first. The highest bit of a byte says that more follow; the lowest bit of
 * the first byte is the sign.
 */
export class RecordEncoder {
  #bytes: Uint8Array = new Uint8Array(1024);
  #length: number = 0;
  #count: number = 0;
  #end: number = 0;
  #size: number = 0;

  get count(): number {
    return this.#count;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  push(start: number, size: number): void {
    if (this.#length + 2 * maxNumberSizeInBytes > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#write(start - this.#end);
    this.#write(size - this.#size);
    this.#count += 1;
    this.#end = start + size;
    this.#size = size;
  }

  #write(value: number): void {
    const magnitude = Math.abs(value);
    let rest = Math.floor(magnitude / 64);
    this.#bytes[this.#length++] =
      (rest > 0 ? 128 : 0) | ((magnitude % 64) << 1) | (value < 0 ? 1 : 0);
    while (rest > 0) {
      const more = Math.floor(rest / 128);
      this.#bytes[this.#length++] = (more > 0 ? 128 : 0) | (rest % 128);
      rest = more;
    }
  }
}

/** 6 bits in the first byte, 7 in each other: enough for 2^54. */
const maxNumberSizeInBytes = 8;
/** A record takes at least two bytes. */
const minRecordSizeInBytes = 2;

/**
 * Decodes the records, in file order. Undefined where the bytes cannot describe a file of that
 * size.
 */
export function decodeRecords(
  bytes: Uint8Array,
  count: number,
  fileSizeInBytes: number,
): Extents | undefined {
  if (
    !(Number.isSafeInteger(count) && count >= 0 && count <= bytes.length / minRecordSizeInBytes)
  ) {
    return undefined;
  }
  const records = new Extents(Math.max(1, count));
  let at = 0;
  const next = (): number => {
    const first = bytes[at++] ?? Number.NaN;
    let value = (first & 127) >> 1;
    let unit = 64;
    for (let byte = first; byte >= 128; unit *= 128) {
      byte = bytes[at++] ?? Number.NaN;
      value += (byte & 127) * unit;
    }
    return (first & 1) === 1 ? -value : value;
  };
  let end = 0;
  let size = 0;
  let dataEnd = headerSizeInBytes;
  for (let index = 0; index < count; index++) {
    const start = end + next();
    size += next();
    const fileOffset = dataEnd + recordHeadSizeInBytes;
    end = start + size;
    const isPossible = start >= 0 && size > 0 && Number.isSafeInteger(end);
    dataEnd = fileOffset + size;
    if (!(isPossible && dataEnd <= fileSizeInBytes)) {
      return undefined;
    }
    records.push(start, end, fileOffset);
  }
  return at === bytes.length ? records.trim() : undefined;
}
