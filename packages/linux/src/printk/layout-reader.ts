import { type TypeTable, VmcorekitError } from '@vmcorekit/core';

/** The largest structure of the log is smaller. */
const maxSizeInBytes = 4096;

/** Sizes and offsets from a kernel's types, with the sources that gave them. */
export class LayoutReader {
  readonly #types: TypeTable;
  readonly #sources: Set<string> = new Set();

  constructor(types: TypeTable) {
    this.#types = types;
  }

  /** The sources of everything read so far. */
  get from(): string {
    return [...this.#sources].join(' and ');
  }

  /**
   * Throws `unsupported` where no source gives the size, or one gives an impossible size for a
   * structure of the log.
   */
  sizeOf(struct: string): number {
    const type = this.#types.struct(struct);
    return this.#checked(`size of struct ${struct}`, type?.sizeInBytes ?? undefined, type?.from);
  }

  /** Throws as `sizeOf` does. */
  offsetOf(struct: string, path: string): number {
    const member = this.#types.struct(struct)?.member(path);
    return this.#checked(`offset of ${struct}.${path}`, member?.offsetInBytes, member?.from);
  }

  #checked(what: string, value: number | undefined, from: string | undefined): number {
    if (value === undefined || from === undefined || value < 0 || value > maxSizeInBytes) {
      throw new VmcorekitError('unsupported', {
        what: 'the kernel log',
        advice: `${from ?? 'no source'} gives ${from === undefined ? 'the' : 'no usable'} ${what}, and the log cannot be read without it`,
      });
    }
    this.#sources.add(from);
    return value;
  }
}
