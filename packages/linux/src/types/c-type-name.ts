/** A derivation of a type, the first applied first. */
export type Derivation =
  | { readonly kind: 'pointer'; readonly qualifiers: string }
  | { readonly kind: 'array'; readonly count: number };

/** The name of a type in C: `const char *[9]`. */
export interface CTypeName {
  /** `const `, or empty. */
  readonly qualifiers: string;
  /** Which kind of tag the name is; null for a name that may be any type's. */
  readonly tag: 'struct' | 'union' | 'enum' | null;
  /** The names that a source may have for it; compilers differ. `void` stands for itself. */
  readonly names: readonly string[];
  readonly derivations: readonly Derivation[];
}

/** A name of a type is typed by a person, and short. */
const maxLength = 256;
const maxDerivations = 16;
const token = /\s*([A-Za-z_]\w*|\*|\[\s*(?:0[xX][\da-fA-F]+|\d+)\s*\])/y;
const qualifierWords: ReadonlySet<string> = new Set(['const', 'volatile', 'restrict']);
const tagWords: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);
/** By its words in alphabetical order, the spellings of gcc and of clang. */
const integerNames: ReadonlyMap<string, readonly string[]> = new Map(
  (
    [
      ['char'],
      ['signed char'],
      ['unsigned char'],
      ['short', 'short int'],
      ['unsigned short', 'short unsigned int'],
      ['int'],
      ['unsigned int'],
      ['long', 'long int'],
      ['unsigned long', 'long unsigned int'],
      ['long long', 'long long int'],
      ['unsigned long long', 'long long unsigned int'],
      ['__int128'],
      ['unsigned __int128', '__int128 unsigned'],
    ] as const
  ).map((names) => [canonical(names[0].split(' ')), names]),
);

/** Undefined for what is no name of a type. Functions have no such name here. */
export function parseTypeName(text: string): CTypeName | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) {
    return undefined;
  }
  const end = tokens.findIndex((each) => !/^\w/.test(each));
  const words = end < 0 ? tokens : tokens.slice(0, end);
  const qualifiers = words.filter((word) => qualifierWords.has(word)).map((word) => `${word} `);
  const plain = words.filter((word) => !qualifierWords.has(word));
  const base = baseOf(plain);
  const derivations = derivationsOf(end < 0 ? [] : tokens.slice(end));
  return base === undefined || derivations === undefined
    ? undefined
    : { qualifiers: qualifiers.join(''), ...base, derivations };
}

function tokensOf(text: string): string[] | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > maxLength) {
    return undefined;
  }
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < trimmed.length) {
    const found = token.exec(trimmed)?.[1];
    if (found === undefined) {
      return undefined;
    }
    tokens.push(found);
  }
  return tokens;
}

function baseOf(words: readonly string[]): Pick<CTypeName, 'tag' | 'names'> | undefined {
  const [first, second] = words;
  if (first === undefined) {
    return undefined;
  }
  if (tagWords.has(first)) {
    return words.length === 2 && second !== undefined
      ? { tag: first as 'struct' | 'union' | 'enum', names: [second] }
      : undefined;
  }
  const names = integerNames.get(canonical(words));
  return names !== undefined || words.length === 1
    ? { tag: null, names: names ?? [first] }
    : undefined;
}

/** `long unsigned`, `unsigned long int` and `unsigned long` are one type. */
function canonical(words: readonly string[]): string {
  const isChar = words.includes('char');
  const isSized = words.some((word) => word === 'long' || word === 'short' || word === '__int128');
  const isPlain = !isChar && !isSized;
  const kept = words.filter((word) => (word !== 'int' || isPlain) && (word !== 'signed' || isChar));
  const isInt = isPlain && kept.every((word) => word === 'unsigned') && words.length > 0;
  return (isInt ? [...kept, 'int'] : kept).sort().join(' ');
}

/** Stars and their qualifiers come first, then arrays; the last array is applied first. */
function derivationsOf(tokens: readonly string[]): Derivation[] | undefined {
  const pointers: { kind: 'pointer'; qualifiers: string }[] = [];
  const arrays: Derivation[] = [];
  for (const each of tokens) {
    const pointer = pointers.at(-1);
    if (each === '*' && arrays.length === 0) {
      pointers.push({ kind: 'pointer', qualifiers: '' });
    } else if (qualifierWords.has(each) && arrays.length === 0 && pointer !== undefined) {
      pointer.qualifiers += `${each} `;
    } else if (each.startsWith('[')) {
      arrays.unshift({ kind: 'array', count: Number(each.slice(1, -1)) });
    } else {
      return undefined;
    }
  }
  const all = [...pointers, ...arrays];
  return all.length > maxDerivations ||
    all.some((each) => each.kind === 'array' && each.count > 0xffffffff)
    ? undefined
    : all;
}
