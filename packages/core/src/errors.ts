import { hex, plural, sizeText } from './text.ts';

/**
 * The facts that each error code carries. The sentence is built from them, so all callers word the
 * same trouble alike.
 */
export interface ErrorFacts {
  /**
   * A structure ends beyond the data, or beyond a file of `fileSize` bytes where the size is known.
   */
  truncated: {
    structure: string;
    fileOffset: number;
    wanted: number;
    got: number;
    fileSize?: number;
  };
  /** A field holds a value that the format does not allow. */
  malformed: {
    structure: string;
    fileOffset: number;
    field: string;
    wanted: string;
    got: string | number | bigint;
  };
  /** No format claims the file. `because` is damage seen on the way, which may be the reason. */
  'unknown-format': { file: string; tried: readonly string[]; because?: string };
  /**
   * A container holds several files, and it is not clear which one to open. `because` says what was
   * found in them. `isNoneKnown` where none of them is known as a dump.
   */
  'choose-entry': {
    file: string;
    container: string;
    entries: readonly string[];
    because: string;
    isNoneKnown?: true;
  };
  /**
   * The format is known, but not read here; `advice` says what the user can do. `holds` is `files`
   * for one that is not unpacked, and `no-memory` where no dump can be in it. `because` is damage
   * seen on the way, which may be the reason.
   */
  unsupported: {
    what: string;
    advice: string;
    holds?: 'files' | 'no-memory';
    because?: string;
  };
  /** A page of memory cannot be read. `state` says why. */
  'page-unreadable': {
    physicalAddress: number;
    pfn: number;
    state: 'excluded' | 'absent' | 'corrupt';
    because: string;
    fileOffset?: number;
    /** What is wrong with a corrupt page: the name of its `Damage`. */
    condition?: string;
  };
  /**
   * A virtual address has no translation: the entry at `entryAt` of a table of that level ends the
   * walk. Nor have the addresses after it, up to `unmappedUntil`.
   */
  'not-mapped': {
    virtualAddress: bigint;
    because: string;
    entryAt?: number;
    level?: number;
    unmappedUntil?: bigint;
  };
  /**
   * Compressed data does not decode to exactly what it must hold. `fileOffset` is its place in the
   * packed file, where that is known.
   */
  'bad-data': { codec: string; because: string; fileOffset?: number };
  /** A registry was asked for a name it does not hold. */
  /** `known` is empty where there are none, or too many to list. */
  'unknown-name': { kind: string; name: string; known: readonly string[] };
  /** Two plug-ins contribute the same name. */
  'name-clash': { kind: string; name: string; first: string; second: string };
  /**
   * The caller's option, address or argument is wrong. `lacksType` where the kernel's types do not
   * have what it names: of types that are read only in part, it may be lost.
   */
  usage: { what: string; got: string; allowed: string; lacksType?: true };
  /**
   * The configuration is wrong; `key` is a path into it like `rules[0].match`, `line` null where
   * the file has none (a `.js`).
   */
  'bad-config': { file: string; line: number | null; key: string; because: string };
  /** A symbol file does not belong to the kernel in the dump. */
  'wrong-symbols': { file: string; because: string };
  /**
   * The dump holds no answer about the kernel that was asked for; `because` is the verdict's
   * explanation.
   */
  'no-kernel': { file: string; because: string };
  /** The verdict is not sure enough to write into a dump. */
  'not-certain': { file: string; because: string };
  /** The file cannot be opened or read by the operating system. */
  io: { file: string; because: string };
  /** A read needs more of the network than may be fetched. */
  'transfer-limit': { file: string; limitInBytes: number; advice?: string };
  /** The work ran past its time limit. */
  'timed-out': { what: string; milliseconds: number };
  /**
   * A plug-in threw a foreign error or returned an invalid value, and the operation cannot continue
   * without it. `what` names the plug-in's part.
   */
  'plugin-failed': { what: string; because: string };
  /** The caller broke a contract of this library's API. */
  contract: { what: string };
}

export type ErrorCode = keyof ErrorFacts;

const sentences: { readonly [Code in ErrorCode]: (facts: ErrorFacts[Code]) => string } = {
  truncated: (f) =>
    `${f.structure} at ${hex(f.fileOffset)}: wanted ${plural(f.wanted, 'byte')}, got ${f.got}` +
    (f.fileSize === undefined
      ? ''
      : `: the file ends ${f.fileSize < f.fileOffset ? 'before it' : 'there'} (${plural(f.fileSize, 'byte')})`),
  malformed: (f) =>
    `${f.structure} at ${hex(f.fileOffset)}: ${f.field} is ${shown(f.got)}, wanted ${f.wanted}`,
  'unknown-format': (f) =>
    `${f.file}: no format claims this file (tried ${fewOf(f.tried)})${f.because === undefined ? '' : `: ${f.because}`}`,
  'choose-entry': (f) =>
    `${f.file}: ${f.container} holds several files, and ${f.because}: name one, as FILE//ENTRY (${fewOf(f.entries)})`,
  unsupported: (f) =>
    `${f.what}: ${f.advice}${f.because === undefined ? '' : `; seen on the way: ${f.because}`}`,
  'page-unreadable': (f) =>
    `page ${hex(f.pfn)} (physical address ${hex(f.physicalAddress)}) is ${f.state}: ${f.because}` +
    (f.fileOffset === undefined ? '' : ` (file offset ${hex(f.fileOffset)})`),
  'not-mapped': (f) =>
    `virtual address ${hex(f.virtualAddress)} is not mapped: ${f.because}` +
    (f.entryAt === undefined ? '' : ` (entry at physical address ${hex(f.entryAt)})`),
  'bad-data': (f) =>
    `${f.codec}${f.fileOffset === undefined ? '' : ` at file offset ${hex(f.fileOffset)}`}: ${f.because}`,
  'unknown-name': (f) =>
    `no ${f.kind} is called '${f.name}'${f.known.length === 0 ? '' : ` (there are ${f.known.join(', ')})`}`,
  'name-clash': (f) =>
    `${f.kind} '${f.name}' is contributed by both '${f.first}' and '${f.second}'`,
  usage: (f) => `${f.what}: got '${f.got}', allowed is ${f.allowed}`,
  'bad-config': (f) =>
    `${f.file}${f.line === null ? '' : `:${f.line}`}: ${f.key === '' ? '' : `${f.key}: `}${f.because}`,
  'wrong-symbols': (f) => `${f.file}: these symbols are not this kernel's: ${f.because}`,
  'no-kernel': (f) => `${f.file}: ${f.because}`,
  'not-certain': (f) => `${f.file}: ${f.because}`,
  io: (f) => `${f.file}: ${f.because}`,
  'transfer-limit': (f) =>
    `${f.file}: more than ${sizeText(f.limitInBytes)} would have to be fetched, the limit (--max-transfer)${f.advice === undefined ? '' : `; ${f.advice}`}`,
  'timed-out': (f) => `${f.what} ran past its time limit of ${f.milliseconds} ms`,
  'plugin-failed': (f) => `${f.what} failed: ${f.because}`,
  contract: (f) => f.what,
};

/** At most ten names. */
function fewOf(names: readonly string[]): string {
  const shownNames = names.slice(0, 10).join(', ');
  return names.length <= 10 ? shownNames : `${shownNames} and ${names.length - 10} more`;
}

function shown(value: string | number | bigint): string {
  return typeof value === 'string' ? `'${value}'` : hex(value);
}

/**
 * Every error that this library throws on purpose. `code` distinguishes them; `facts` holds what
 * the sentence was built from.
 */
export class VmcorekitError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'VmcorekitError';
  /**
   * Marks the errors of every copy of this library: a plug-in may bring its own copy, and the
   * bundled command has one too.
   */
  readonly isVmcorekitError: true = true;
  readonly code: Code;
  readonly facts: ErrorFacts[Code];

  constructor(code: Code, facts: ErrorFacts[Code], options?: ErrorOptions) {
    super(sentences[code](facts), options);
    this.code = code;
    this.facts = facts;
  }

  /**
   * True for errors of every copy of this class, by their mark. For a subclass, only for its own.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const byPrototype = Function.prototype[Symbol.hasInstance];
    // biome-ignore lint/complexity/noThisInStatic: a subclass is another `this`.
    return this === VmcorekitError ? isVmcorekitError(value) : byPrototype.call(this, value);
  }
}

/** Narrows an unknown error by its code; with no code, to any error of this library. */
export function isVmcorekitError<Code extends ErrorCode>(
  error: unknown,
  code?: Code,
): error is VmcorekitError<Code> {
  return (
    error instanceof Error &&
    'isVmcorekitError' in error &&
    (code === undefined || (error as VmcorekitError).code === code)
  );
}
