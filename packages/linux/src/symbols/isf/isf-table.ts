import {
  aliasRank,
  type KernelSymbol,
  type LookUp,
  type SymbolTable,
  type TypeSource,
} from '@vmcorekit/core';
import { type IsfFile, textOf } from './isf-file.ts';
import { IsfTypes } from './isf-types.ts';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const bannerStart = 'Linux version ';

/** A symbol's name and address, in order of address. */
interface Placed {
  readonly name: string;
  readonly address: bigint;
}

/** The symbols of an ISF file, at link addresses. One at address 0 has none. */
export class IsfTable implements SymbolTable {
  readonly from: string;
  readonly addresses = 'link' as const;
  readonly banner?: string;
  readonly types: TypeSource;
  readonly size: number;
  readonly #file: IsfFile;
  /** All symbols by address; made when first needed. */
  #ascending: readonly Placed[] | undefined;

  /** Throws `malformed` where the banner's entry is no JSON. */
  constructor(file: IsfFile) {
    this.#file = file;
    this.from = file.name;
    this.types = { name: `the types of ${file.name}`, open: () => new IsfTypes(file) };
    this.size = [...file.names('symbols')].length;
    const banner = bannerIn(file);
    if (banner !== undefined) {
      this.banner = banner;
    }
  }

  find(name: string, module?: string): KernelSymbol | undefined {
    const address = module === undefined ? this.#addressOf(name) : undefined;
    return address === undefined ? undefined : this.#symbol({ name, address });
  }

  at(address: bigint, lookUp: LookUp = 'exact'): KernelSymbol | undefined {
    const inside = lookUp === 'return' ? address - 1n : address;
    const start = this.find('_text')?.address ?? this.find('_stext')?.address ?? 0n;
    const end = this.find('_end')?.address ?? 1n << 64n;
    const all = this.#all();
    const after = firstAbove(all, inside);
    const found = inside < start || inside >= end ? undefined : all[after - 1];
    if (found === undefined) {
      return undefined;
    }
    let naming = found;
    for (let index = after - 2; all[index]?.address === found.address; index--) {
      const other = all[index] ?? found;
      naming = aliasRank(other.name, null) <= aliasRank(naming.name, null) ? other : naming;
    }
    return this.#symbol(naming);
  }

  *[Symbol.iterator](): Generator<KernelSymbol, void, void> {
    for (const placed of this.#all()) {
      yield this.#symbol(placed);
    }
  }

  #symbol({ name, address }: Placed): KernelSymbol {
    const sizeOf = (): number | null => {
      const all = this.#all();
      const next = all[firstAbove(all, address)];
      return next === undefined ? null : Number(next.address - address);
    };
    return {
      name,
      address,
      type: null,
      get sizeInBytes() {
        return sizeOf();
      },
      module: null,
    };
  }

  #addressOf(name: string): bigint | undefined {
    const address = this.#file.entry('symbols', name)?.get('address');
    const isAddress =
      typeof address === 'bigint' || (typeof address === 'number' && Number.isInteger(address));
    const value = isAddress ? BigInt(address) : 0n;
    return value > 0n && value < 1n << 64n ? value : undefined;
  }

  /** Symbols of one address come by name, as `nm -n` lists them. */
  #all(): readonly Placed[] {
    this.#ascending ??= [...this.#file.names('symbols')]
      .flatMap((name): Placed[] => {
        const address = this.#addressOf(name);
        return address === undefined ? [] : [{ name, address }];
      })
      .sort((one, other) =>
        one.address < other.address
          ? -1
          : one.address > other.address
            ? 1
            : one.name < other.name
              ? -1
              : 1,
      );
    return this.#ascending;
  }
}

/** The index of the first symbol above an address. */
function firstAbove(all: readonly Placed[], address: bigint): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.address ?? 0n) <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** dwarf2json stores the bytes of `linux_banner` in base64. */
function bannerIn(file: IsfFile): string | undefined {
  const data = textOf(file.entry('symbols', 'linux_banner')?.get('constant_data'));
  if (data === undefined || data.length > 4096) {
    return undefined;
  }
  const text = textOfBase64(data);
  return text.startsWith(bannerStart) ? text.split(/[\n\0]/, 1)[0] : undefined;
}

/** As far as the characters are of base64; a platform's own decoder is not everywhere. */
function textOfBase64(data: string): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const character of data) {
    const digit = digits.indexOf(character);
    if (digit < 0) {
      break;
    }
    held = ((held << 6) | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      text += String.fromCharCode((held >> bits) & 0xff);
    }
  }
  return text;
}
