import {
  aliasRank,
  type ByteSource,
  type KernelSymbol,
  type LookUp,
  latin1UntilNul,
  readExactly,
  type SymbolFile,
  type SymbolTable,
  VmcorekitError,
} from '@vmcorekit/core';

const linePattern = /^[0-9a-f]{8,16} [A-Za-z?] [^ \t\r\n]+([ \t][^\r\n]*)?\r?$/;
/** A System.map has some 10 MB; a far larger file is not one. */
const sizeLimitInBytes = 256 * 1024 * 1024;

/**
 * `System.map`, as a kernel build writes it (`nm` lines sorted by address), or a saved
 * `/proc/kallsyms`. The latter has the running kernel's addresses, and is recognized by module
 * names in brackets.
 */
export const systemMap: SymbolFile & { open(source: ByteSource): SymbolTable } = {
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
  /**
   * The whole file, with a line end before and after each line. A name is found by plain text
   * search, because few are looked up; nothing is copied.
   */
  readonly #text: string;
  /**
   * The start of the modules' lines: a saved /proc/kallsyms has them last, not in address order.
   */
  readonly #modulesAt: number;
  readonly #found: Map<string, KernelSymbol | undefined> = new Map();
  #bounds: { readonly start: bigint; readonly end: bigint } | undefined;
  #ofModules: readonly Line[] | undefined;

  constructor(source: ByteSource) {
    try {
      if (source.sizeInBytes > sizeLimitInBytes) {
        throw malformed(0, `a file of at most ${sizeLimitInBytes} bytes`, source.sizeInBytes);
      }
      const text = latin1UntilNul(readExactly(source, 0, source.sizeInBytes, 'System.map'));
      this.from = source.name;
      this.#text = `\n${text.replaceAll('\r', '')}${text.endsWith('\n') ? '' : '\n'}`;
      this.size = checkedLines(this.#text);
      const firstModule = this.#text.indexOf('\t[');
      this.#modulesAt =
        firstModule < 0 ? this.#text.length : this.#text.lastIndexOf('\n', firstModule) + 1;
      this.addresses = firstModule < 0 ? 'link' : 'runtime';
    } finally {
      source[Symbol.dispose]();
    }
  }

  find(name: string, module?: string): KernelSymbol | undefined {
    const key = module === undefined ? name : `${name}\t[${module}]`;
    if (!this.#found.has(key)) {
      this.#found.set(key, /\s/.test(name) ? undefined : this.#lookUp(key));
    }
    return this.#found.get(key);
  }

  at(address: bigint, lookUp: LookUp = 'exact'): KernelSymbol | undefined {
    const inside = lookUp === 'return' ? address - 1n : address;
    const { start, end } = this.#boundsOfKernel();
    const line =
      inside >= start && inside < end ? this.#lineAtOrBelow(inside) : this.#moduleLineAt(inside);
    return line === undefined ? undefined : this.#symbol(line);
  }

  *[Symbol.iterator](): Generator<KernelSymbol, void, void> {
    for (let at = 1; at < this.#text.length; ) {
      const line = this.#lineAt(at);
      yield this.#symbol(line);
      at = line.end + 1;
    }
  }

  #symbol(line: Line): KernelSymbol {
    const sizeOf = (): number | null => (line.module === null ? this.#sizeOf(line) : null);
    return {
      name: line.name,
      address: line.address,
      type: line.type,
      get sizeInBytes() {
        return sizeOf();
      },
      module: line.module,
    };
  }

  /** The distance to the kernel's next symbol at another address; null for the last. */
  #sizeOf({ end, address }: Line): number | null {
    for (let at = end + 1; at < this.#modulesAt; ) {
      const next = this.#lineAt(at);
      if (next.address > address) {
        return Number(next.address - address);
      }
      at = next.end + 1;
    }
    return null;
  }

  #boundsOfKernel(): { readonly start: bigint; readonly end: bigint } {
    this.#bounds ??= {
      start: (this.find('_text') ?? this.find('_stext') ?? this.#lineAt(1)).address,
      end: this.find('_end')?.address ?? this.#lineAt(this.#modulesAt - 1).address + 1n,
    };
    return this.#bounds;
  }

  /** The kernel's line with the highest address not above this one. */
  #lineAtOrBelow(address: bigint): Line | undefined {
    let low = 0;
    let high = this.#modulesAt - 1;
    let best: Line | undefined;
    while (low < high) {
      const line = this.#lineAt((low + high) >> 1);
      if (line.address < address) {
        best = line;
        low = line.end + 1;
      } else {
        high = line.start - 1;
      }
    }
    // The next line is the first at this very address, or above it.
    const next =
      best === undefined
        ? this.#lineAt(1)
        : this.#lineAt(Math.min(best.end + 1, this.#modulesAt - 1));
    return next.address === address
      ? this.#namingFrom(next)
      : best === undefined
        ? undefined
        : this.#namingFrom(this.#firstAt(best));
  }

  /** The kernel's line that names an address, given the first line at that address. */
  #namingFrom(first: Line): Line {
    let naming = first;
    for (let at = first.end + 1; at < this.#modulesAt; ) {
      const line = this.#lineAt(at);
      if (line.address !== first.address) {
        break;
      }
      naming = rankOf(line) < rankOf(naming) ? line : naming;
      at = line.end + 1;
    }
    return naming;
  }

  #firstAt(line: Line): Line {
    let first = line;
    while (first.start > 1) {
      const before = this.#lineAt(first.start - 1);
      if (before.address !== line.address) {
        break;
      }
      first = before;
    }
    return first;
  }

  /**
   * The symbol of a module at an address, where the same module has another symbol at or beyond it:
   * the end of a module is not known.
   */
  #moduleLineAt(address: bigint): Line | undefined {
    this.#ofModules ??= this.#linesOfModules();
    const below = this.#ofModules.filter((line) => line.address <= address).at(-1);
    const isInside =
      below !== undefined &&
      (below.address === address ||
        this.#ofModules.some((line) => line.module === below.module && line.address > address));
    return isInside
      ? this.#ofModules
          .filter((line) => line.address === below.address)
          .reduce((naming, line) => (rankOf(line) < rankOf(naming) ? line : naming))
      : undefined;
  }

  #linesOfModules(): Line[] {
    const lines: Line[] = [];
    for (let at = this.#modulesAt; at < this.#text.length; ) {
      const line = this.#lineAt(at);
      lines.push(line);
      at = line.end + 1;
    }
    return lines.sort((a, b) =>
      a.address < b.address ? -1 : a.address > b.address ? 1 : a.start - b.start,
    );
  }

  /** `key` is a name; for a module's symbol, the module follows in brackets after a tab. */
  #lookUp(key: string): KernelSymbol | undefined {
    const ends = this.addresses === 'runtime' && !key.includes('\t') ? ['\n', '\t'] : ['\n'];
    const at = ends
      .map((after) => this.#text.indexOf(` ${key}${after}`))
      .filter((index) => index >= 0);
    return at.length === 0 ? undefined : this.#symbol(this.#lineAt(Math.min(...at)));
  }

  /** The line around a position that is not past the last line. */
  #lineAt(position: number): Line {
    const start = this.#text.lastIndexOf('\n', position - 1) + 1;
    const end = this.#text.indexOf('\n', start);
    const [address = '', type = '', name = '', module] = this.#text
      .slice(start, end)
      .split(/[ \t]/);
    return {
      start,
      end,
      name,
      type,
      module: module?.replace(/^\[|\]$/g, '') ?? null,
      address: BigInt(`0x${address}`),
    };
  }
}

/** A line of the file, from its first character to its line end. */
interface Line {
  readonly start: number;
  readonly end: number;
  readonly address: bigint;
  readonly type: string;
  readonly name: string;
  readonly module: string | null;
}

function rankOf({ name, type }: Line): number {
  return aliasRank(name, type);
}

/**
 * The number of lines. Throws `malformed` at the first that does not fit, and where all addresses
 * are 0 (kptr_restrict).
 */
function checkedLines(text: string): number {
  const line = /(0*)[0-9a-f]* [A-Za-z?] [^ \t\n]+(?:[ \t][^\n]*)?\n/y;
  let lines = 0;
  let hasAddress = false;
  for (let start = 1; start < text.length; start = line.lastIndex) {
    line.lastIndex = start;
    const match = line.exec(text);
    const digits = text.indexOf(' ', start) - start;
    if (match === null || digits < 8 || digits > 16) {
      throw malformed(
        start - 1,
        'lines of address, type and name',
        text.slice(start, start + 60).split('\n', 1)[0] ?? '',
      );
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
  return new VmcorekitError('malformed', {
    structure: 'System.map',
    fileOffset,
    field: 'line',
    wanted,
    got,
  });
}
