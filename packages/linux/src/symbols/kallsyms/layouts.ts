/**
 * How a kernel writes its symbols' addresses, none of which says so itself: `absolute` words
 * (`kallsyms_addresses`); `relative` unsigned offsets from `kallsyms_relative_base`; `percpu`
 * offsets of which a negative one is `base - 1 - offset` and any other the address itself
 * (CONFIG_KALLSYMS_ABSOLUTE_PERCPU); `place` signed offsets, each from where it stands itself (no
 * base). Source: kallsyms_sym_address() in Linux, kernel/kallsyms.c.
 */
export type AddressEncoding = 'absolute' | 'relative' | 'percpu' | 'place';

/**
 * How a release of Linux lays out kallsyms. Nothing in memory names the layout, so each is tried,
 * and only one fits. Every part begins at a multiple of a word (of four bytes since Linux 7.0), and
 * the names come before their markers and the tokens. Source of all: scripts/kallsyms.c, which
 * writes the parts, and kernel/kallsyms.c, which reads them, at the commits named.
 */
export interface KallsymsLayout {
  /** The first release that has it. */
  readonly since: string;
  /** The kernel commit that made it. */
  readonly commit: string;
  /** Of `kallsyms_num_syms` and each of `kallsyms_markers`: a long, or an int. */
  readonly wordSizeInBytes: 4 | 8;
  /**
   * Whether the length of 128 tokens and more takes two bytes (ULEB128); else every length is one
   * byte.
   */
  readonly hasLongNames: boolean;
  /** Where `kallsyms_addresses`, or `kallsyms_offsets` and `kallsyms_relative_base`, lie. */
  readonly addressesLie: 'before the count' | 'after the tokens';
  readonly encodings: readonly AddressEncoding[];
  /**
   * Where `kallsyms_seqs_of_names` lies, the symbols in the order of their names; null where there
   * is none.
   */
  readonly numbersLie: 'before the tokens' | 'after the addresses' | null;
}

// The first commit that git has.
const first: KallsymsLayout = {
  since: '2.6.12',
  commit: '1da177e4c3f4',
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
// Stable releases from 6.1.60 on have the numbers too.
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
 * Every layout of a 64-bit kernel, in the order to try. One that has a base goes before one that
 * has none and would take its offsets for places; the one that takes a search of megabytes comes
 * last.
 */
export const kallsymsLayouts: readonly KallsymsLayout[] = [
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
