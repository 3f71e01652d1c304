import {
  type ByteSource,
  latin1UntilNul,
  readExactly,
  type SymbolSource,
  type SymbolTable,
  VmcorekitError,
} from '@vmcorekit/core';

const linePattern = /^[0-9a-f]{8,16} [A-Za-z?] [^ \t\r\n]+([ \t][^\r\n]*)?\r?$/;
/** A System.map has some 10 MB; what is larger by far is none. */
const sizeLimitInBytes = 256 * 1024 * 1024;

/**
 * `System.map`, as a kernel build writes it (`nm` lines sorted by address), or a saved `/proc/kallsyms`. Of the latter the addresses are
 * those of the running kernel; it is known by its modules' names in brackets.
 */
export const systemMap: SymbolSource = {
  name: 'system-map',
  summary: 'System.map, or a saved /proc/kallsyms: lines of address, type and name',
  probe({ head }) {
    const [first = '', second = ''] = latin1UntilNul(head.subarray(0, 4096)).split('\n');
    return linePattern.test(first) && linePattern.test(second)
      ? { because: 'it begins with lines of address, type and name', strength: 'likely' }
      : undefined;
  },
  open: (source) => new SystemMap(source),
};

class SystemMap implements SymbolTable {
  readonly from: string;
  readonly addresses: 'link' | 'runtime';
  readonly size: number;
  /** The whole file, its lines each between two line ends. A name is found by a plain search: few are looked for, and none is copied. */
  readonly #text: string;
  readonly #found: Map<string, bigint | undefined> = new Map();

  constructor(source: ByteSource) {
    try {
      if (source.sizeInBytes > sizeLimitInBytes) {
        throw malformed(0, `a file of at most ${sizeLimitInBytes} bytes`, source.sizeInBytes);
      }
      const text = latin1UntilNul(readExactly(source, 0, source.sizeInBytes, 'System.map'));
      this.from = source.name;
      this.#text = `\n${text.replaceAll('\r', '')}${text.endsWith('\n') ? '' : '\n'}`;
      this.size = checkedLines(this.#text);
      this.addresses = this.#text.includes('\t[') ? 'runtime' : 'link';
    } finally {
      source[Symbol.dispose]();
    }
  }

  addressOf(name: string): bigint | undefined {
    if (!this.#found.has(name)) {
      this.#found.set(name, this.#lookUp(name));
    }
    return this.#found.get(name);
  }

  nearest(address: bigint): { readonly name: string; readonly address: bigint } | undefined {
    let low = 0;
    let high = this.#text.length - 1;
    let best: { readonly name: string; readonly address: bigint } | undefined;
    while (low < high) {
      const line = this.#lineAt((low + high) >> 1);
      if (line.address <= address) {
        best = { name: line.name, address: line.address };
        low = line.end + 1;
      } else {
        high = line.start - 1;
      }
    }
    return best;
  }

  #lookUp(name: string): bigint | undefined {
    if (/\s/.test(name)) {
      return undefined;
    }
    const at = (this.addresses === 'runtime' ? ['\n', '\t'] : ['\n'])
      .map((after) => this.#text.indexOf(` ${name}${after}`))
      .filter((index) => index >= 0);
    return at.length === 0 ? undefined : this.#lineAt(Math.min(...at)).address;
  }

  /** The line around a position that is not past the last line. */
  #lineAt(position: number): { readonly start: number; readonly end: number; readonly name: string; readonly address: bigint } {
    const start = this.#text.lastIndexOf('\n', position - 1) + 1;
    const end = this.#text.indexOf('\n', start);
    const [address = '', , name = ''] = this.#text.slice(start, end).split(/[ \t]/);
    return { start, end, name, address: BigInt(`0x${address}`) };
  }
}

/** The number of lines. Throws `malformed` at the first that is none, and where no line holds an address but 0 (kptr_restrict). */
function checkedLines(text: string): number {
  const line = /(0*)[0-9a-f]* [A-Za-z?] [^ \t\n]+(?:[ \t][^\n]*)?\n/y;
  let lines = 0;
  let hasAddress = false;
  for (let start = 1; start < text.length; start = line.lastIndex) {
    line.lastIndex = start;
    const match = line.exec(text);
    const digits = text.indexOf(' ', start) - start;
    if (match === null || digits < 8 || digits > 16) {
      throw malformed(start - 1, 'lines of address, type and name', text.slice(start, start + 60).split('\n', 1)[0] ?? '');
    }
    hasAddress ||= match[1]?.length !== digits;
    lines += 1;
  }
  if (!hasAddress) {
    throw malformed(0, 'addresses (a /proc/kallsyms read without privilege has none)', 'zeros');
  }
  return lines;
}

function malformed(fileOffset: number, wanted: string, got: string | number): VmcorekitError {
  return new VmcorekitError('malformed', { structure: 'System.map', fileOffset, field: 'line', wanted, got });
}
