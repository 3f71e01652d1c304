/** What a reader of `.debug_frame` knows at an address, in the words of a test. */
export interface ReadFrame {
  /** `rsp+16`, or the bytes of an expression. */
  readonly frame: string;
  readonly isSignal: boolean;
  /** The column that has the return address. */
  readonly returnColumn: number;
  /**
   * By DWARF's number: `cfa-8`, `cfa`, `same`, `r14` for another one, `?` for unknown, or the
   * bytes of an expression.
   */
  readonly registers: Readonly<Record<number, string>>;
}

interface Cie {
  readonly augmentation: string;
  readonly returnColumn: number;
  readonly initial: Uint8Array;
}

/** Reads bytes in order. Source: DWARF 5, sections 6.4 and 7.24. */
class Cursor {
  at = 0;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  number(size: 1 | 2 | 4): number {
    const at = this.at;
    this.at += size;
    return size === 1
      ? this.#view.getUint8(at)
      : size === 2
        ? this.#view.getUint16(at, true)
        : this.#view.getUint32(at, true);
  }

  word(): bigint {
    this.at += 8;
    return this.#view.getBigUint64(this.at - 8, true);
  }

  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.number(1);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  signed(): number {
    const start = this.at;
    const value = this.unsigned();
    const bits = 7 * (this.at - start);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  take(size: number): Uint8Array {
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    const text = String.fromCharCode(...this.take(end - this.at));
    this.at++;
    return text;
  }
}

/** The frame at an address; undefined where no FDE holds it. Throws for what is no such section. */
export function frameAt(section: Uint8Array, address: bigint): ReadFrame | undefined {
  const cursor = new Cursor(section);
  const cies = new Map<number, Cie>();
  let found: ReadFrame | undefined;
  while (!cursor.isAtEnd) {
    const start = cursor.at;
    const body = new Cursor(cursor.take(cursor.number(4)));
    const id = body.number(4);
    if (id === 0xffff_ffff) {
      cies.set(start, readCie(body));
      continue;
    }
    const cie = cies.get(id);
    if (cie === undefined) {
      throw new Error(`the FDE at ${start} has no CIE`);
    }
    const [from, size] = [body.word(), body.word()];
    if (from <= address && address < from + size) {
      found = run(cie, body, Number(address - from));
    }
  }
  return found;
}

function readCie(body: Cursor): Cie {
  const version = body.number(1);
  const augmentation = body.text();
  const factors = [body.unsigned(), body.signed()];
  const returnColumn = body.number(1);
  if (version !== 1 || factors.join() !== '1,-8') {
    throw new Error(`a CIE of version ${version} with the factors ${factors.join()}`);
  }
  if (augmentation.startsWith('z')) {
    body.take(body.unsigned());
  }
  return { augmentation, returnColumn, initial: body.take(body.bytes.length - body.at) };
}

function run(
  { augmentation, returnColumn, initial }: Cie,
  body: Cursor,
  distance: number,
): ReadFrame {
  const registers: Record<number, string> = {};
  const state = { frame: '?', register: 0, at: 0 };
  const offset = (factored: number) => `cfa${factored > 0 ? '-' : '+'}${Math.abs(8 * factored)}`;
  const frame = (register: number, by: number) => {
    state.register = register;
    state.frame = `r${register}+${by}`;
  };
  const block = (cursor: Cursor) => Buffer.from(cursor.take(cursor.unsigned())).toString('hex');
  const step = (cursor: Cursor): void => {
    const code = cursor.number(1);
    if (code >> 6 === 1) {
      state.at += code & 0x3f;
    } else if (code >> 6 === 2) {
      registers[code & 0x3f] = offset(cursor.unsigned());
    } else if (code >= 2 && code <= 4) {
      state.at += cursor.number(([1, 2, 4] as const)[code - 2] ?? 1);
    } else if (code === 0x05) {
      registers[cursor.unsigned()] = offset(cursor.unsigned());
    } else if (code === 0x09) {
      registers[cursor.unsigned()] = `r${cursor.unsigned()}`;
    } else if (code === 0x07 || code === 0x08) {
      registers[cursor.unsigned()] = code === 0x07 ? '?' : 'same';
    } else if (code === 0x0c) {
      frame(cursor.unsigned(), cursor.unsigned());
    } else if (code === 0x0e) {
      frame(state.register, cursor.unsigned());
    } else if (code === 0x0f) {
      state.frame = block(cursor);
    } else if (code === 0x10) {
      registers[cursor.unsigned()] = block(cursor);
    } else if (code === 0x11) {
      registers[cursor.unsigned()] = offset(cursor.signed());
    } else if (code === 0x15) {
      registers[cursor.unsigned()] = cursor.signed() === 0 ? 'cfa' : 'another';
    } else if (code !== 0) {
      throw new Error(`the instruction ${code} is not known`);
    }
  };
  const setUp = new Cursor(initial);
  while (!setUp.isAtEnd) {
    step(setUp);
  }
  const isSignal = augmentation === 'zS';
  let last: ReadFrame = { frame: state.frame, isSignal, returnColumn, registers: { ...registers } };
  while (!body.isAtEnd && state.at <= distance) {
    step(body);
    if (state.at <= distance) {
      last = { ...last, frame: state.frame, registers: { ...registers } };
    }
  }
  return last;
}
