/** A kernel's VMCOREINFO fills a page: some 200 lines. A hostile file's could be millions. */
const maxLines = 65_536;

/**
 * The text that a kernel keeps about itself for dump readers: `KEY=VALUE` lines. Keys are looked up
 * as written: `OSRELEASE`, `SYMBOL(init_top_pgt)`, `NUMBER(phys_base)`, `OFFSET(list_head.next)`,
 * `SIZE(page)`, `LENGTH(…)`, `KERNELOFFSET`, `PAGESIZE`, `BUILD-ID`, `CRASHTIME`. Source: Linux,
 * Documentation/admin-guide/kdump/vmcoreinfo.rst.
 */
export class VmcoreInfo {
  readonly text: string;
  readonly #lines: ReadonlyMap<string, string>;

  constructor(text: string) {
    const lines = new Map<string, string>();
    for (let start = 0; start < text.length && lines.size < maxLines; ) {
      const next = text.indexOf('\n', start);
      const line = text.slice(start, next < 0 ? undefined : next);
      start += line.length + 1;
      const equals = line.indexOf('=');
      if (equals > 0) {
        lines.set(line.slice(0, equals), line.slice(equals + 1));
      }
    }
    this.text = text;
    this.#lines = lines;
  }

  get size(): number {
    return this.#lines.size;
  }

  /** The raw value of a key, or undefined. */
  get(key: string): string | undefined {
    return this.#lines.get(key);
  }

  /** A `SYMBOL(name)` line as an unsigned address; undefined where absent or not hexadecimal. */
  symbol(name: string): bigint | undefined {
    return parseHex(this.#lines.get(`SYMBOL(${name})`));
  }

  /**
   * A `NUMBER(name)` line as `bigNumber` reads it; undefined where absent, not a number, or beyond
   * 2^53.
   */
  number(name: string): number | undefined {
    const value = this.bigNumber(name);
    return value === undefined ? undefined : exactNumber(value);
  }

  /**
   * A `NUMBER(name)` line of up to 64 bits: signed decimal, or unsigned hexadecimal with `0x`.
   * Source: Linux, `VMCOREINFO_NUMBER` prints `%ld`; arm64's `kimage_voffset` and `TCR_EL1_T1SZ`
   * are printed as `0x%llx` (arch/arm64/kernel/vmcore_info.c).
   */
  bigNumber(name: string): bigint | undefined {
    const value = this.#lines.get(`NUMBER(${name})`);
    return value?.startsWith('0x') === true ? parseHex(value) : parseSigned(value);
  }

  /** An `OFFSET(…)`, `SIZE(…)` or `LENGTH(…)` line, by its whole key. */
  layout(key: `OFFSET(${string})` | `SIZE(${string})` | `LENGTH(${string})`): number | undefined {
    return parseDecimal(this.#lines.get(key));
  }

  get release(): string | undefined {
    return this.#lines.get('OSRELEASE');
  }

  /** The GNU build ID of vmlinux, lower-case hexadecimal (Linux 5.9 and later). */
  get buildId(): string | undefined {
    const value = this.#lines.get('BUILD-ID');
    return value !== undefined && /^[0-9a-f]{8,128}$/.test(value) ? value : undefined;
  }

  /**
   * `KERNELOFFSET`, hexadecimal without prefix: the KASLR offset. x86-64 and others print a two's
   * complement 64-bit value.
   */
  get kernelOffset(): number | undefined {
    const value = parseHex(this.#lines.get('KERNELOFFSET'));
    return value === undefined ? undefined : exactNumber(BigInt.asIntN(64, value));
  }

  /** Decimal `NUMBER(phys_base)`: the signed physical base of x86-64 kernels. */
  get physBase(): number | undefined {
    return parseDecimal(this.#lines.get('NUMBER(phys_base)'));
  }

  /** `CRASHTIME`, which only a dump captured by kdump has. */
  get crashTime(): string | undefined {
    return this.#lines.get('CRASHTIME');
  }

  get pageSizeInBytes(): number | undefined {
    return parseDecimal(this.#lines.get('PAGESIZE'));
  }
}

function parseHex(value: string | undefined): bigint | undefined {
  return value !== undefined && /^(0x)?[0-9a-fA-F]{1,16}$/.test(value)
    ? BigInt(value.startsWith('0x') ? value : `0x${value}`)
    : undefined;
}

function parseDecimal(value: string | undefined): number | undefined {
  const parsed = parseSigned(value);
  return parsed === undefined ? undefined : exactNumber(parsed);
}

/** A decimal number of 64 bits, signed or not. */
function parseSigned(value: string | undefined): bigint | undefined {
  const parsed = value !== undefined && /^-?[0-9]{1,20}$/.test(value) ? BigInt(value) : undefined;
  return parsed !== undefined && parsed >= -(2n ** 63n) && parsed < 2n ** 64n ? parsed : undefined;
}

function exactNumber(value: bigint): number | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}
