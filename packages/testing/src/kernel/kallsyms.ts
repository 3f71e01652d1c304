import { type ByteOrder, latin1Bytes } from '@vmcorekit/core';

export interface KallsymsSymbol {
  readonly name: string;
  readonly address: bigint;
  /** As `nm` prints it; default `T`. */
  readonly type?: string;
}

/** The layout of kallsyms, by the first Linux release that writes it. */
export type KallsymsLayout =
  | '2.6.12'
  | '4.6'
  | '4.20'
  | '6.1'
  | '6.2'
  | '6.4'
  | '6.11'
  | '6.15'
  | '7.0';

/**
 * The address encodings that CONFIG_KALLSYMS_BASE_RELATIVE and CONFIG_KALLSYMS_ABSOLUTE_PERCPU
 * choose from, and `place` of 7.0.
 */
export type KallsymsAddresses = 'absolute' | 'relative' | 'percpu' | 'place';

export interface KallsymsSpec {
  readonly layout: KallsymsLayout;
  /** In ascending order of address. */
  readonly symbols: readonly KallsymsSymbol[];
  /** The address of the table itself: layout `7.0` counts from there. */
  readonly virtualAddress: bigint;
  /** One of `kallsymsAddressesOf`; default its first. */
  readonly addresses?: KallsymsAddresses;
  /** Default `little`. */
  readonly byteOrder?: ByteOrder;
  /** Default 64. A 32-bit kernel has no `percpu` addresses. */
  readonly wordSizeInBits?: 32 | 64;
}

export interface BuiltKallsyms {
  readonly bytes: Uint8Array;
  /** The start of each part in `bytes`, by the kernel's name for it. */
  readonly offsets: Readonly<Record<string, number>>;
}

interface Release {
  /** The width of the count and of a marker. */
  readonly word: 4 | 8;
  readonly addresses: readonly KallsymsAddresses[];
  readonly parts: readonly string[];
}

const namesAndTokens = ['num_syms', 'names', 'markers', 'token_table', 'token_index'];
const upTo61 = ['addresses', 'offsets', 'relative_base', ...namesAndTokens];
const since64 = [...namesAndTokens, 'addresses', 'offsets', 'relative_base', 'seqs_of_names'];

/**
 * What each release writes, in order. Source: Linux, scripts/kallsyms.c (write_src) of that
 * release.
 */
const releases: Readonly<Record<KallsymsLayout, Release>> = {
  '2.6.12': { word: 8, addresses: ['absolute'], parts: upTo61 },
  '4.6': { word: 8, addresses: ['relative', 'percpu', 'absolute'], parts: upTo61 },
  '4.20': { word: 4, addresses: ['relative', 'percpu', 'absolute'], parts: upTo61 },
  '6.1': { word: 4, addresses: ['relative', 'percpu', 'absolute'], parts: upTo61 },
  '6.2': {
    word: 4,
    addresses: ['relative', 'percpu', 'absolute'],
    parts: upTo61.flatMap((part) => (part === 'token_table' ? ['seqs_of_names', part] : [part])),
  },
  '6.4': { word: 4, addresses: ['relative', 'percpu', 'absolute'], parts: since64 },
  '6.11': { word: 4, addresses: ['relative', 'percpu'], parts: since64 },
  '6.15': { word: 4, addresses: ['relative'], parts: since64 },
  '7.0': { word: 4, addresses: ['place'], parts: since64 },
};

/** The layouts, and the address encodings of each. */
export const kallsymsAddressesOf: ReadonlyMap<KallsymsLayout, readonly KallsymsAddresses[]> =
  new Map(
    (Object.keys(releases) as KallsymsLayout[]).map((layout) => [
      layout,
      releases[layout].addresses,
    ]),
  );

/** Below are offsets of per-CPU data. The kernels of 32-bit machines and of s390x lie above. */
const lowestOfKernels = 1n << 31n;

/** The parts of an address table. */
const addressParts: Readonly<Record<KallsymsAddresses, readonly string[]>> = {
  absolute: ['addresses'],
  relative: ['offsets', 'relative_base'],
  percpu: ['offsets', 'relative_base'],
  place: ['offsets'],
};

/**
 * Writes a symbol table as a kernel holds it, every part at a multiple of its word (of four bytes
 * in layout `7.0`). Throws for an address encoding that the release does not have, and for a name
 * whose length it cannot write.
 */
export function buildKallsyms(spec: KallsymsSpec): BuiltKallsyms {
  const { layout, symbols, byteOrder = 'little', wordSizeInBits = 64 } = spec;
  const release = releases[layout];
  const pointerSize = wordSizeInBits === 64 ? 8 : 4;
  const wordSize = wordSizeInBits === 64 ? release.word : 4;
  const addresses = spec.addresses ?? release.addresses[0] ?? 'absolute';
  if (!release.addresses.includes(addresses)) {
    throw new Error(`Linux ${layout} writes no '${addresses}' addresses`);
  }
  const tokens = tokensFor(symbols);
  const names = encodeNames(spec, tokens);
  const tokenText = tokens.map((token) => `${token}\0`);
  const base = symbols.find(({ address }) => address >= lowestOfKernels)?.address ?? 0n;
  const word = (values: readonly number[]) => words(wordSize, values, byteOrder);
  const parts: Record<string, Uint8Array> = {
    addresses: words(
      pointerSize,
      symbols.map((symbol) => symbol.address),
      byteOrder,
    ),
    offsets: words(
      4,
      symbols.map((symbol) => offsetOf(symbol.address, base, addresses)),
      byteOrder,
    ),
    relative_base: words(pointerSize, [base], byteOrder),
    num_syms: word([symbols.length]),
    names: names.bytes,
    markers: word(names.markers),
    seqs_of_names: seqsOfNames(symbols),
    token_table: latin1Bytes(tokenText.join('')),
    token_index: words(
      2,
      tokenText.map((_, index) => tokenText.slice(0, index).join('').length),
      byteOrder,
    ),
  };
  const written = release.parts.filter(
    (part) =>
      !Object.values(addressParts).flat().includes(part) || addressParts[addresses].includes(part),
  );
  const alignment = layout === '7.0' ? 4 : pointerSize;
  const offsets: Record<string, number> = {};
  let size = 0;
  for (const name of written) {
    offsets[`kallsyms_${name}`] = size;
    size += Math.ceil((parts[name]?.length ?? 0) / alignment) * alignment;
  }
  if (addresses === 'place') {
    const start = spec.virtualAddress + BigInt(offsets.kallsyms_offsets ?? 0);
    parts.offsets = words(
      4,
      symbols.map(({ address }, index) => address - start - BigInt(4 * index)),
      byteOrder,
    );
  }
  const bytes = new Uint8Array(size);
  for (const name of written) {
    bytes.set(parts[name] ?? [], offsets[`kallsyms_${name}`]);
  }
  return { bytes, offsets };
}

/**
 * Characters in use stand for themselves; the other codes stand for the first pairs of characters
 * found.
 */
function tokensFor(symbols: readonly KallsymsSymbol[]): string[] {
  const used = new Uint8Array(256).fill(1, 0x30, 0x3a);
  const pairs = new Set<string>();
  for (const symbol of symbols) {
    const text = textOf(symbol);
    for (let at = 0; at < text.length; at++) {
      used[text.charCodeAt(at)] = 1;
      if (pairs.size < 256 && at + 2 <= text.length) {
        pairs.add(text.slice(at, at + 2));
      }
    }
  }
  const spare = [...pairs];
  return Array.from({ length: 256 }, (_, code) =>
    code !== 0 && used[code] === 1 ? String.fromCharCode(code) : (spare.shift() ?? ''),
  );
}

function encodeNames(
  spec: KallsymsSpec,
  tokens: readonly string[],
): { bytes: Uint8Array; markers: number[] } {
  // By the character, or by both of a pair: a search by text takes most of a test's time.
  const codes = new Uint8Array(256);
  const codesOfPairs = new Int16Array(0x10000).fill(-1);
  tokens.forEach((token, code) => {
    if (token.length === 1) {
      codes[token.charCodeAt(0)] = code;
    } else if (token.length === 2) {
      codesOfPairs[256 * token.charCodeAt(0) + token.charCodeAt(1)] = code;
    }
  });
  const bytes: number[] = [];
  const markers: number[] = [];
  const encoded: number[] = [];
  spec.symbols.forEach((symbol, index) => {
    if (index % 256 === 0) {
      markers.push(bytes.length);
    }
    const text = textOf(symbol);
    encoded.length = 0;
    for (let at = 0; at < text.length; at++) {
      const first = text.charCodeAt(at);
      const second = text.charCodeAt(at + 1);
      const pair = Number.isNaN(second) ? -1 : (codesOfPairs[256 * first + second] ?? -1);
      encoded.push(pair < 0 ? (codes[first] ?? 0) : pair);
      at += pair < 0 ? 0 : 1;
    }
    bytes.push(...lengthOf(encoded.length, spec.layout));
    for (const code of encoded) {
      bytes.push(code);
    }
  });
  return { bytes: Uint8Array.from(bytes), markers };
}

const oneByteLengths: ReadonlySet<KallsymsLayout> = new Set(['2.6.12', '4.6', '4.20']);

/** One byte up to Linux 6.0; later, ULEB128 of at most two bytes. */
function lengthOf(length: number, layout: KallsymsLayout): number[] {
  if (length > (oneByteLengths.has(layout) ? 0xff : 0x3fff)) {
    throw new Error(`Linux ${layout} writes no name of ${length} tokens`);
  }
  return length < 0x80 || oneByteLengths.has(layout)
    ? [length]
    : [(length & 0x7f) | 0x80, length >> 7];
}

function textOf(symbol: KallsymsSymbol): string {
  return `${symbol.type ?? 'T'}${symbol.name}`;
}

function offsetOf(address: bigint, base: bigint, addresses: KallsymsAddresses): bigint {
  return addresses !== 'percpu'
    ? address - base
    : address < 1n << 63n
      ? address
      : base - 1n - address;
}

function seqsOfNames(symbols: readonly KallsymsSymbol[]): Uint8Array {
  const sequence = Array.from(symbols, (_, index) => index).sort((one, other) => {
    const a = symbols[one]?.name ?? '';
    const b = symbols[other]?.name ?? '';
    return a < b ? -1 : a > b ? 1 : one - other;
  });
  const bytes = new Uint8Array(3 * sequence.length);
  sequence.forEach((index, at) => {
    bytes.set([index >> 16, (index >> 8) & 0xff, index & 0xff], 3 * at);
  });
  return bytes;
}

/** Each value as a word; a larger one loses its high bits. */
function words(
  sizeInBytes: 2 | 4 | 8,
  values: readonly (number | bigint)[],
  byteOrder: ByteOrder,
): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes * values.length);
  const view = new DataView(bytes.buffer);
  const isLittle = byteOrder === 'little';
  values.forEach((value, index) => {
    const low = BigInt.asUintN(8 * sizeInBytes, BigInt(value));
    if (sizeInBytes === 8) {
      view.setBigUint64(8 * index, low, isLittle);
    } else if (sizeInBytes === 4) {
      view.setUint32(4 * index, Number(low), isLittle);
    } else {
      view.setUint16(2 * index, Number(low), isLittle);
    }
  });
  return bytes;
}
