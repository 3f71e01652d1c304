/**
 * How a kernel encodes its symbols' addresses; the table itself does not say which.
 * `absolute`: words (`kallsyms_addresses`).
 * `relative`: unsigned offsets from `kallsyms_relative_base`.
 * `percpu`: a negative offset means `base - 1 - offset`, any other is the address itself
 * (CONFIG_KALLSYMS_ABSOLUTE_PERCPU).
 * `place`: signed offsets, each from its own place (no base).
 * Source: kallsyms_sym_address() in Linux, kernel/kallsyms.c.
 */
export type AddressEncoding = 'absolute' | 'relative' | 'percpu' | 'place';

/**
 * How a Linux release lays out kallsyms. Nothing in memory names the layout, so each is tried, and
 * only one fits. Every part begins at a multiple of a word (of four bytes since Linux 7.0). The
 * names come before their markers and the tokens. Source of all: scripts/kallsyms.c, which writes
 * the parts, and kernel/kallsyms.c, which reads them, at the named commits.
 */
export interface KallsymsLayout {
  /** The first release with this layout. */
  readonly since: string;
  /** The kernel commit that introduced it. */
  readonly commit: string;
  /** The width of an address and of the base, and what every part is aligned to. */
  readonly pointerSizeInBytes: 4 | 8;
  /** The width of `kallsyms_num_syms` and of each of `kallsyms_markers`: a long, or an int. */
  readonly wordSizeInBytes: 4 | 8;
  /**
   * Whether a length of 128 tokens or more takes two bytes (ULEB128); else every length takes one.
   */
  readonly hasLongNames: boolean;
  /** The place of `kallsyms_addresses`, or of `kallsyms_offsets` and `kallsyms_relative_base`. */
  readonly addressesLie: 'before the count' | 'after the tokens';
  readonly encodings: readonly AddressEncoding[];
  /**
   * The place of `kallsyms_seqs_of_names`, which lists the symbols in the order of their names.
   * Null where the layout has none.
   */
  readonly numbersLie: 'before the tokens' | 'after the addresses' | null;
}

// The first commit in git.
const first: KallsymsLayout = {
  since: '2.6.12',
  commit: '1da177e4c3f4',
  pointerSizeInBytes: 8,
  wordSizeInBytes: 8,
  hasLongNames: false,
  addressesLie: 'before the count',
  encodings: ['absolute'],
  numbersLie: null,
};
// CONFIG_KALLSYMS_BASE_RELATIVE and CONFIG_KALLSYMS_ABSOLUTE_PERCPU, the default of x86-64.
const relative: KallsymsLayout = {
  ...first,
  since: '4.6',
  commit: '2213e9a66bb8',
  encodings: ['percpu', 'relative', 'absolute'],
};
const shortWords: KallsymsLayout = {
  ...relative,
  since: '4.20',
  commit: '80ffbaa5b1bd',
  wordSizeInBytes: 4,
};
const longNames: KallsymsLayout = {
  ...shortWords,
  since: '6.1',
  commit: '73bbb94466fd',
  hasLongNames: true,
};
// Stable releases from 6.1.60 on also have the numbers.
const numbered: KallsymsLayout = {
  ...longNames,
  since: '6.2',
  commit: '19bd8981dc2e',
  numbersLie: 'before the tokens',
};
const reordered: KallsymsLayout = {
  ...numbered,
  since: '6.4',
  commit: '404bad70fcf7',
  addressesLie: 'after the tokens',
  numbersLie: 'after the addresses',
};
const noWords: KallsymsLayout = {
  ...reordered,
  since: '6.11',
  commit: '64e166099b69',
  encodings: ['percpu', 'relative'],
};
const noPercpu: KallsymsLayout = {
  ...noWords,
  since: '6.15',
  commit: '01157ddc58dc',
  encodings: ['relative'],
};
const placed: KallsymsLayout = {
  ...noPercpu,
  since: '7.0',
  commit: 'a081b5789255',
  encodings: ['place'],
};

/**
 * Every layout of a 64-bit kernel, in the order to try. One with a base comes before one without,
 * which would take its offsets for places. The one that needs a search through megabytes comes
 * last.
 */
const of64Bits: readonly KallsymsLayout[] = [
  noPercpu,
  noWords,
  reordered,
  placed,
  longNames,
  shortWords,
  relative,
  first,
  numbered,
];

/**
 * The same of a 32-bit kernel. Only x86-64 has CONFIG_KALLSYMS_ABSOLUTE_PERCPU. Offsets from their
 * own places are negative, and look like a kernel's addresses of 32 bits.
 */
const of32Bits: readonly KallsymsLayout[] = [
  noPercpu,
  placed,
  reordered,
  longNames,
  relative,
  numbered,
].map((layout) => ({
  ...layout,
  pointerSizeInBytes: 4,
  wordSizeInBytes: 4,
  encodings: layout.encodings.filter((encoding) => encoding !== 'percpu'),
}));

/** Every layout of a kernel with words of that size, in the order to try. */
export function kallsymsLayoutsOf(wordSizeInBits: 32 | 64): readonly KallsymsLayout[] {
  return wordSizeInBits === 64 ? of64Bits : of32Bits;
}
