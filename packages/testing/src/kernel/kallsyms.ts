import { latin1Bytes } from '@vmcorekit/core';
export interface KallsymsSymbol {
  readonly name: string;
  readonly address: bigint;
  /** As `nm` prints it; default `T`. */
  readonly type?: string;
}

/** Which parts kallsyms has and in which order, by the first Linux version that writes it so. */
export type KallsymsLayout = '2.6' | '4.6' | '6.2' | '6.4' | '7.0';

export interface KallsymsSpec {
  readonly layout: KallsymsLayout;
  /** In ascending order of address. */
  readonly symbols: readonly KallsymsSymbol[];
  /** The address the table itself is put at: layout `7.0` counts from there. */
  readonly virtualAddress: bigint;
  /** Offsets as CONFIG_KALLSYMS_ABSOLUTE_PERCPU writes them; for layouts `4.6` to `6.4`. */
  readonly hasAbsolutePercpu?: boolean;
}

export interface BuiltKallsyms {
  readonly bytes: Uint8Array;
  /** Where each part begins in `bytes`, by the kernel's name for it. */
  readonly offsets: Readonly<Record<string, number>>;
}

const order: Readonly<Record<KallsymsLayout, readonly string[]>> = {
  '2.6': ['addresses', 'num_syms', 'names', 'markers', 'token_table', 'token_index'],
  '4.6': ['offsets', 'relative_base', 'num_syms', 'names', 'markers', 'token_table', 'token_index'],
  '6.2': ['offsets', 'relative_base', 'num_syms', 'names', 'markers', 'seqs_of_names', 'token_table', 'token_index'],
  '6.4': ['num_syms', 'names', 'markers', 'token_table', 'token_index', 'offsets', 'relative_base', 'seqs_of_names'],
  '7.0': ['num_syms', 'names', 'markers', 'token_table', 'token_index', 'offsets', 'seqs_of_names'],
};

/** Writes a symbol table as a little-endian 64-bit kernel holds it, every part at a multiple of eight (four in layout `7.0`). */
export function buildKallsyms(spec: KallsymsSpec): BuiltKallsyms {
  const tokens = tokensFor(spec.symbols);
  const names = encodeNames(spec, tokens);
  const tokenText = tokens.map((token) => `${token}\0`);
  const base = spec.symbols.find((symbol) => symbol.address >= 1n << 63n)?.address ?? 0n;
  const parts: Record<string, Uint8Array> = {
    addresses: words64(spec.symbols.map((symbol) => symbol.address)),
    offsets: words32(spec.symbols.map((symbol) => offsetOf(symbol.address, base, spec.hasAbsolutePercpu === true))),
    relative_base: words64([base]),
    num_syms: words32([spec.symbols.length]),
    names: names.bytes,
    markers: spec.layout === '2.6' ? words64(names.markers.map(BigInt)) : words32(names.markers),
    seqs_of_names: seqsOfNames(spec.symbols),
    token_table: latin1Bytes(tokenText.join('')),
    token_index: words16(tokenText.map((_, index) => tokenText.slice(0, index).join('').length)),
  };
  const alignment = spec.layout === '7.0' ? 4 : 8;
  const offsets: Record<string, number> = {};
  let size = 0;
  for (const name of order[spec.layout]) {
    offsets[`kallsyms_${name}`] = size;
    size += Math.ceil((parts[name]?.length ?? 0) / alignment) * alignment;
  }
  if (spec.layout === '7.0') {
    const start = spec.virtualAddress + BigInt(offsets.kallsyms_offsets ?? 0);
    parts.offsets = words32(spec.symbols.map(({ address }, index) => Number(address - start) - 4 * index));
  }
  const bytes = new Uint8Array(size);
  for (const name of order[spec.layout]) {
    bytes.set(parts[name] ?? [], offsets[`kallsyms_${name}`]);
  }
  return { bytes, offsets };
}

/** Characters in use stand for themselves; the other codes stand for the first pairs of characters met. */
function tokensFor(symbols: readonly KallsymsSymbol[]): string[] {
  const used = new Set<string>('0123456789');
  const pairs = new Set<string>();
  for (const symbol of symbols) {
    const text = textOf(symbol);
    for (let at = 0; at < text.length; at++) {
      used.add(text.charAt(at));
      if (pairs.size < 256 && at + 2 <= text.length) {
        pairs.add(text.slice(at, at + 2));
      }
    }
  }
  const spare = [...pairs];
  return Array.from({ length: 256 }, (_, code) => {
    const character = String.fromCharCode(code);
    return code !== 0 && used.has(character) ? character : (spare.shift() ?? '');
  });
}

function encodeNames(spec: KallsymsSpec, tokens: readonly string[]): { bytes: Uint8Array; markers: number[] } {
  const codes = new Map(tokens.map((token, code) => [token, code]));
  const bytes: number[] = [];
  const markers: number[] = [];
  spec.symbols.forEach((symbol, index) => {
    if (index % 256 === 0) {
      markers.push(bytes.length);
    }
    const text = textOf(symbol);
    const encoded: number[] = [];
    for (let at = 0; at < text.length; ) {
      const pair = codes.get(text.slice(at, at + 2));
      encoded.push(pair ?? codes.get(text.charAt(at)) ?? 0);
      at += pair === undefined || at + 2 > text.length ? 1 : 2;
    }
    bytes.push(...(encoded.length < 0x80 ? [encoded.length] : [(encoded.length & 0x7f) | 0x80, encoded.length >> 7]), ...encoded);
  });
  return { bytes: Uint8Array.from(bytes), markers };
}

function textOf(symbol: KallsymsSymbol): string {
  return `${symbol.type ?? 'T'}${symbol.name}`;
}

function offsetOf(address: bigint, base: bigint, hasAbsolutePercpu: boolean): number {
  if (!hasAbsolutePercpu) {
    return Number(address - base);
  }
  return address < 1n << 63n ? Number(address) : Number(BigInt.asUintN(32, base - 1n - address));
}

function seqsOfNames(symbols: readonly KallsymsSymbol[]): Uint8Array {
  const sequence = symbols
    .map((symbol, index) => ({ name: symbol.name, index }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.index - b.index));
  return Uint8Array.from(sequence.flatMap(({ index }) => [index >> 16, (index >> 8) & 0xff, index & 0xff]));
}

function words16(values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer);
}

function words32(values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values, (value) => value >>> 0).buffer);
}

function words64(values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values).buffer);
}
